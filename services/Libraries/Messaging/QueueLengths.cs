using Microsoft.Extensions.Configuration;
using Panoramax.Database.Jobs;
using Panoramax.Messaging.Contracts;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Panoramax.Messaging;

/// <summary>
/// Asks the broker how many messages wait in the queue of a kind of job (a passive declare: it makes nothing). Keeps one
/// connection of its own and opens it again when it was lost. Not for concurrent use.
/// </summary>
public sealed class QueueLengths(IConfiguration configuration) : IAsyncDisposable
{
    private readonly ConnectionFactory factory = new()
    {
        Uri = new Uri(configuration.GetConnectionString(BusSetup.ConnectionName)
            ?? throw new InvalidOperationException($"ConnectionStrings:{BusSetup.ConnectionName} is not set: the AMQP URI of the message broker")),
        // A lost connection is seen and opened again here, not behind our back.
        AutomaticRecoveryEnabled = false,
        ClientProvidedName = "panoramax queue lengths",
    };

    private IConnection? connection;

    /// <returns>Messages that wait (not those being worked on); null when there is no such queue, so nobody would hear of a job.</returns>
    /// <exception cref="BrokerUnreachableException">The broker is away.</exception>
    /// <exception cref="OperationInterruptedException">The broker went away or refused the question.</exception>
    public async Task<long?> Of(JobKind kind, CancellationToken cancel)
    {
        if (connection is not { IsOpen: true })
        {
            if (connection is not null) await connection.DisposeAsync();
            connection = await factory.CreateConnectionAsync(cancel);
        }

        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancel);
        try
        {
            return (await channel.QueueDeclarePassiveAsync(Queues.Of(kind), cancel)).MessageCount;
        }
        catch (OperationInterruptedException error) when (error.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null) await connection.DisposeAsync();
    }
}
