using Microsoft.Extensions.Configuration;
using Panoramax.Database.Jobs;
using Panoramax.Messaging;
using Panoramax.Messaging.Contracts;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Panoramax.Admin.Commands.Checks;

/// <summary>Reach, log-in, rights in the virtual host, and messages that nobody could work on.</summary>
internal static class BrokerCheck
{
    private const string About = "broker";

    public static async Task Run(IConfiguration configuration, string? process, Findings findings, CancellationToken cancel)
    {
        if (process is "gateway" or "stac" or "auth") return;
        if (configuration.GetConnectionString(BusSetup.ConnectionName) is not { Length: > 0 } text)
        {
            // The console works without a broker, and so does everything that has a replacement of its own.
            if (process is null or "admin") return;
            findings.ToMend(About, $"ConnectionStrings:{BusSetup.ConnectionName} is not set", "set it to the AMQP URI of the broker");
            return;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("amqp" or "amqps"))
            return; // the settings' check has said so

        try
        {
            var factory = new ConnectionFactory
            {
                Uri = uri, AutomaticRecoveryEnabled = false, RequestedConnectionTimeout = TimeSpan.FromSeconds(5), ClientProvidedName = "panoramax check",
            };
            await using var connection = await factory.CreateConnectionAsync(cancel);
            findings.Good(About, $"{uri.Host}:{connection.Endpoint.Port} answers in the virtual host {factory.VirtualHost}");
            await using (var channel = await connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancel))
            {
                var queue = (await channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true, cancellationToken: cancel)).QueueName;
                await channel.BasicPublishAsync("", queue, mandatory: true, body: "check"u8.ToArray(), cancellationToken: cancel);
                findings.Good(About, "queues can be made, and what is published is confirmed");
            }

            await Errors(connection, findings, cancel);
        }
        catch (Exception error) when (error is BrokerUnreachableException or OperationInterruptedException or AlreadyClosedException or IOException or TimeoutException)
        {
            var cause = error.InnerException ?? error;
            findings.ToMend(About, $"{uri.Host}:{(uri.Port > 0 ? uri.Port : 5672)}: {FirstLine(cause.Message)}", cause switch
            {
                AuthenticationFailureException => "correct name and password in the URI",
                OperationInterruptedException { ShutdownReason.ReplyCode: 530 } => "make the virtual host, or correct its name in the URI (a slash in it is written %2F)",
                OperationInterruptedException { ShutdownReason.ReplyCode: 403 } => "give the user the rights configure, write and read in the virtual host (rabbitmqctl set_permissions)",
                _ => "see that the broker runs, that host and port are right, and that nothing stands between; uploads are accepted meanwhile",
            });
        }
    }

    private static async Task Errors(IConnection connection, Findings findings, CancellationToken cancel)
    {
        foreach (var kind in Enum.GetValues<JobKind>())
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancel);
            try
            {
                var name = Queues.Of(kind) + "_error";
                var count = (await channel.QueueDeclarePassiveAsync(name, cancel)).MessageCount;
                if (count > 0)
                    findings.ToMend(About, $"{count} message(s) in {name}", "read why in the worker's log; then purge the queue: the work itself is still owed by the jobs table");
            }
            catch (OperationInterruptedException error) when (error.ShutdownReason?.ReplyCode == Constants.NotFound)
            {
                // Nothing ever failed.
            }
        }
    }

    private static string FirstLine(string text) => text.Split('\n')[0].Trim();
}
