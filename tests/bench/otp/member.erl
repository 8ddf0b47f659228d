%% One of many servers; with V2 its state has doubled, as that of tests/system/plugins/swarm.
-module(member).
-behaviour(gen_server).
-export([start_link/1, init/1, handle_call/3, handle_cast/2, code_change/3]).

start_link(N) -> gen_server:start_link(?MODULE, N, []).

-ifdef(V2).
init(N) -> {ok, {N, 2 * N}}.
handle_call(bump, _From, {N, Twice}) -> {reply, N + 1, {N + 1, Twice + 2}}.
code_change({down, _}, {N, _Twice}, _Extra) -> {ok, N};
code_change(_, N, _Extra) -> {ok, {N, 2 * N}}.
-else.
init(N) -> {ok, N}.
handle_call(bump, _From, N) -> {reply, N + 1, N + 1}.
code_change(_, State, _Extra) -> {ok, State}.
-endif.
handle_cast(_, State) -> {noreply, State}.
