using FedActors.Actors;
using FedActors.Actors.Diagnostics;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Security;
using Microsoft.Extensions.Logging;

namespace FedActors.Scripts.Roles;

/// <summary>A process's node in a federation of several processes.</summary>
internal static class RoleNode
{
    /// <summary>Makes the node, with TCP or TLS as the configuration says.</summary>
    /// <param name="node">Its id, unique in the federation.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="context">The command.</param>
    /// <param name="log">Where its log goes.</param>
    /// <param name="protocol">Adds the messages that it understands; those of coordinated mode if null.</param>
    public static ActorSystem Create(string node, FedConfig config, CommandContext context, ILoggerFactory log, Func<MessageRegistryBuilder, MessageRegistryBuilder>? protocol = null)
    {
        var options = new ActorSystemOptions
        {
            Node = node,
            Time = context.Time,
            Seed = config.Federation.Seed,
            LoggerFactory = log,
            Remoting = new RemotingOptions
            {
                Transport = TlsSetup.CreateTransport(config.Transport.Tls, context.Time, log),
                Registry = (protocol ?? CoordinatedProtocol.Register)(ObservationProtocol.Register(new MessageRegistryBuilder())).Build(),
            },
        };
        var system = new ActorSystem(options.Observed());
        system.Spawn(ObservingRoles.Actors(), ObservingRoles.ActorsName);
        return system;
    }

    /// <summary>A node that asks others and takes part in nothing.</summary>
    public static ActorSystem CreateOperator(FedConfig config, CommandContext context, ILoggerFactory log, Func<MessageRegistryBuilder, MessageRegistryBuilder>? protocol = null) =>
        Create($"operator-{Environment.MachineName}-{Environment.ProcessId}", config, context, log, protocol);

    /// <summary>A node is dialled for ever; a person wants to know of the first refusal.</summary>
    /// <returns>Why there is no connection, or null where there is one.</returns>
    public static async Task<string?> ConnectedOrRefusedAsync(ActorSystem system, RemoteNode node, CancellationToken cancellationToken)
    {
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using IDisposable failures = system.Events.Subscribe<ConnectFailed>(failed =>
        {
            if (failed.Address == node.Address)
            {
                refused.TrySetResult();
            }
        });
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task connected = node.WhenConnectedAsync(until.Token);
        if (node.LastFault is null)
        {
            await Task.WhenAny(connected, refused.Task).ConfigureAwait(false);
        }

        await until.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return node.IsConnected ? null : node.LastFault ?? $"the connection with {node.Address} ended at once";
    }

    /// <summary>Begins to listen, and says where to whoever started this process.</summary>
    public static async Task<TransportAddress> ListenAsync(ActorSystem system, string host, int port, CommandContext context, CancellationToken cancellationToken)
    {
        TransportAddress address = await system.Remote.ListenAsync(new TransportAddress(host, port), cancellationToken).ConfigureAwait(false);
        context.Output.Event("listening", () => new System.Text.Json.Nodes.JsonObject { ["node"] = system.Node, ["host"] = address.Host, ["port"] = address.Port });
        context.Output.Progress?.WriteLine($"{system.Node} listens on {address}");
        return address;
    }
}
