using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tcp;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Measuring.Strategies;

/// <summary>A coordinated run with its workers on a node of their own, over loopback, so that what crosses between them and the provider can be counted.</summary>
internal static class CountedRun
{
    // From the run's end until every worker has heard of it, and with that has got the last model.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(30);

    /// <summary>Runs to the end.</summary>
    /// <returns>The result, and all bytes that the provider's node sent and received.</returns>
    public static async Task<(RunResult Result, long Bytes)> ExecuteAsync(
        IFederatedData data, FederationOptions options, ITrainingStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        using TrainingThreads threads = new(Environment.ProcessorCount);
        await using ActorSystem provider = Node("provider", options.Seed, time);
        await using ActorSystem workers = Node("workers", options.Seed, time);
        TransportAddress address = await provider.Remote.ListenAsync(new TransportAddress("127.0.0.1", 0), cancellationToken).ConfigureAwait(false);
        RunCompletion completion = new();
        ModelSpecification model = data.Manifest.Specify(options.Training.Model);
        ActorRef driver = provider.Spawn(
            CoordinatedRoles.Provider(new ProviderSetup { Options = options, Store = store, Data = data.Manifest.Name, Specification = model, Choice = RunChoice.New, Completion = completion }),
            CoordinatedRoles.ProviderName);
        provider.Spawn(CoordinatedRoles.Aggregator(new AggregatorSetup { MemberId = CoordinatedRoles.AggregatorName, Provider = driver }), CoordinatedRoles.AggregatorName);
        provider.Spawn(
            CoordinatedRoles.Evaluator(new EvaluatorSetup { MemberId = CoordinatedRoles.EvaluatorName, Provider = driver, Specification = model, Data = data.LoadEvaluation(), Evaluation = threads }),
            CoordinatedRoles.EvaluatorName);
        ActorRef dialled = workers.Remote.Connect(address).ActorOf(CoordinatedRoles.ProviderName);
        List<Task<MemberResult>> heard = [];
        foreach (SiteFile site in data.Manifest.Sites)
        {
            MemberCompletion member = new();
            heard.Add(member.Task);
            DataSet examples = data.LoadSite(site.Name);
            workers.Spawn(
                CoordinatedRoles.Worker(new WorkerSetup
                {
                    MemberId = site.Name, Provider = dialled, Site = site.Name, Specification = model, Data = examples, Moments = FeatureMoments.Of(examples), Training = threads, Completion = member,
                }),
                site.Name);
        }

        TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration stop = cancellationToken.Register(told.SetResult);
        if (await Task.WhenAny(completion.Task, provider.WhenTerminated, workers.WhenTerminated, told.Task).ConfigureAwait(false) == told.Task)
        {
            await driver.TellAsync(new StopRun("stopped on request")).ConfigureAwait(false);
        }

        if (await Task.WhenAny(completion.Task, provider.WhenTerminated, workers.WhenTerminated).ConfigureAwait(false) is { } first && first != completion.Task)
        {
            // A role failed more often than its supervisor may restart it, and its node ended with that failure.
            await first.ConfigureAwait(false);
        }

        RunResult result = await completion.Task.ConfigureAwait(false);
        await Task.WhenAll(heard).WaitAsync(Farewell, time, cancellationToken).ConfigureAwait(false);
        return (result, provider.Remote.BytesSent + provider.Remote.BytesReceived);
    }

    private static ActorSystem Node(string name, ulong seed, TimeProvider time) => new(new ActorSystemOptions
    {
        Node = name,
        Seed = seed,
        Time = time,
        Remoting = new RemotingOptions { Transport = new TcpTransport(), Registry = CoordinatedProtocol.Register(new MessageRegistryBuilder()).Build() },
    });
}
