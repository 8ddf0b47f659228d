-module(swarm_sup).
-behaviour(supervisor).
-behaviour(application).
-export([start/2, stop/1, init/1]).

start(_Type, _Args) -> supervisor:start_link({local, ?MODULE}, ?MODULE, []).
stop(_) -> ok.
init([]) ->
  {ok, {#{strategy => simple_one_for_one}, [#{id => member, start => {member, start_link, []}, modules => [member]}]}}.
