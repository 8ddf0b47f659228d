%% What `tools/bench pause` compares with: release upgrades of a real target system, up and down, while one client calls without cease.
%%   erl … -s pause run SERVERS BUSY INSTALLS    prints one line: {"pause_us":[…],"install_us":[…]}
-module(pause).
-export([build/1, run/1]).

%% Builds the target system below Root: two releases of one application.
build([Root]) ->
  Source = filename:dirname(filename:absname(atom_to_list(?MODULE))),
  Here = os:getenv("PAUSE_SOURCE", Source),
  lists:foreach(fun(V) -> application_version(Here, Root, V) end, ["1", "2"]),
  lists:foreach(fun({R, V}) -> release(Root, R, V) end, [{"A", "1"}, {"B", "2"}]),
  Paths = [{path, [filename:join([Root, "lib", "swarm-" ++ V, "ebin"]) || V <- ["2", "1"]]}, silent],
  B = filename:join([Root, "releases", "B", "swarm"]),
  A = filename:join([Root, "releases", "A", "swarm"]),
  {ok, _, _, _} = systools:make_relup(B, [A], [A], [{outdir, filename:dirname(B)} | Paths]),
  ok = release_handler:create_RELEASES(Root, filename:join(Root, "releases"), A ++ ".rel", applications(Root, "1")),
  halt(0).

application_version(Here, Root, V) ->
  Lib = filename:join([Root, "lib", "swarm-" ++ V, "ebin"]),
  ok = filelib:ensure_dir(filename:join(Lib, "x")),
  Defines = [{d, 'V2'} || V =:= "2"],
  lists:foreach(
    fun(M) -> {ok, _} = compile:file(filename:join(Here, M), [{outdir, Lib} | Defines]) end, ["member", "swarm_sup", "pause"]),
  write(filename:join(Lib, "swarm.app"),
        {application, swarm, [{description, "many servers"}, {vsn, V}, {modules, [member, swarm_sup, pause]},
                              {registered, [swarm_sup]}, {applications, [kernel, stdlib, sasl]}, {mod, {swarm_sup, []}}]}),
  Change = [{update, member, {advanced, []}}],
  write(filename:join(Lib, "swarm.appup"), {V, [{"1", Change} || V =:= "2"], [{"1", Change} || V =:= "2"]}).

release(Root, R, V) ->
  Dir = filename:join([Root, "releases", R]),
  ok = filelib:ensure_dir(filename:join(Dir, "x")),
  Name = filename:join(Dir, "swarm"),
  write(Name ++ ".rel", {release, {"swarm", R}, {erts, erlang:system_info(version)},
                         [{A, Vsn} || {A, Vsn, _} <- applications(Root, V)]}),
  {ok, _, _} = systools:make_script(Name, [{path, [filename:join([Root, "lib", "swarm-" ++ V, "ebin"])]}, {outdir, Dir}, {variables, [{"PAUSE", Root}]}, silent]),
  {ok, _} = file:copy(Name ++ ".boot", filename:join(Dir, "start.boot")),
  ok = file:write_file(filename:join(Dir, "sys.config"), "[].\n").

applications(Root, V) ->
  [begin
     _ = application:load(A),
     {ok, Vsn} = application:get_key(A, vsn),
     {A, Vsn, filename:dirname(code:lib_dir(A))}
   end || A <- [kernel, stdlib, sasl]] ++ [{swarm, V, filename:join(Root, "lib")}].

write(File, Term) -> ok = file:write_file(File, io_lib:format("~p.~n", [Term])).

run([Root, Servers, Busy, Installs]) ->
  N = list_to_integer(Servers),
  Pids = [begin {ok, P} = supervisor:start_child(swarm_sup, [I]), P end || I <- lists:seq(1, N)],
  Called = lists:sublist(Pids, list_to_integer(Busy)),
  {ok, _} = release_handler:set_unpacked(filename:join([Root, "releases", "B", "swarm.rel"]), applications(Root, "2")),
  Client = spawn_link(fun() -> client(Called, Called, now_us(), 0, 0) end),
  Figures = [one(Client, case I rem 2 of 1 -> "B"; 0 -> "A" end) || I <- lists:seq(1, list_to_integer(Installs))],
  {Gaps, Times} = lists:unzip(Figures),
  io:format("{\"pause_us\":~s,\"install_us\":~s}~n", [json(Gaps), json(Times)]),
  halt(0).

json(Numbers) -> "[" ++ lists:join(",", [integer_to_list(X) || X <- Numbers]) ++ "]".

one(Client, To) ->
  calls(Client, 10000),
  Client ! reset,
  Begin = now_us(),
  {ok, _, _} = release_handler:install_release(To),
  End = now_us(),
  calls(Client, 1000),
  Client ! {longest, self()},
  receive {longest, Gap} -> {Gap, End - Begin} end.

%% Returns when the client has made so many more.
calls(Client, Count) ->
  Client ! {count, self(), Count},
  receive counted -> ok end.

now_us() -> erlang:monotonic_time(microsecond).

client([], All, Last, Longest, Calls) -> client(All, All, Last, Longest, Calls);
client([Pid | Rest], All, Last, Longest, Calls) ->
  _ = gen_server:call(Pid, bump, infinity),
  Now = now_us(),
  Gap = max(Longest, Now - Last),
  receive
    reset -> client(Rest, All, now_us(), 0, Calls);
    {longest, To} -> To ! {longest, Gap}, client(Rest, All, now_us(), Gap, Calls);
    {count, To, Count} -> more(Rest, All, Now, Gap, Count, To)
  after 0 -> client(Rest, All, Now, Gap, Calls)
  end.

more(Rest, All, Last, Longest, 0, To) -> To ! counted, client(Rest, All, Last, Longest, 0);
more([], All, Last, Longest, Left, To) -> more(All, All, Last, Longest, Left, To);
more([Pid | Rest], All, Last, Longest, Left, To) ->
  _ = gen_server:call(Pid, bump, infinity),
  Now = now_us(),
  more(Rest, All, Now, max(Longest, Now - Last), Left - 1, To).
