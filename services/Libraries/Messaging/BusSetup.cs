using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Panoramax.Database.Jobs;
using Panoramax.Messaging.Contracts;
using Panoramax.Messaging.Jobs;

namespace Panoramax.Messaging;

/// <summary>The way in: the bus of a process, its publisher, and for workers the consumers of their queues.</summary>
public static class BusSetup
{
    /// <summary>Name of the connection string of the broker (an AMQP URI).</summary>
    public const string ConnectionName = "rabbitmq";

    /// <summary>
    /// Adds the bus. The process starts and works without the broker too: what cannot be published stays in the <c>jobs</c>
    /// table and is announced by the caretaker.
    /// </summary>
    /// <param name="consumers">Queues that this process reads, each with its consumer; none for HTTP services.</param>
    /// <exception cref="InvalidOperationException">No connection string is configured.</exception>
    public static IHostApplicationBuilder AddPanoramaxBus(this IHostApplicationBuilder builder, params QueueConsumer[] consumers)
    {
        var broker = new Uri(builder.Configuration.GetConnectionString(ConnectionName)
            ?? throw new InvalidOperationException($"ConnectionStrings:{ConnectionName} is not set: the AMQP URI of the message broker"));

        builder.Services.AddOptions<JobOptions>().BindConfiguration(JobOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        var options = builder.Configuration.GetSection(JobOptions.Section).Get<JobOptions>() ?? new JobOptions();

        builder.Services.AddSingleton<JobAnnouncer>();
        builder.Services.AddHostedService(services => services.GetRequiredService<JobAnnouncer>());
        builder.Services.AddScoped<JobRequests>();
        if (consumers.Length > 0)
        {
            builder.Services.AddSingleton(services => new WorkerDatabase(services.GetRequiredService<IConfiguration>()));
            builder.Services.AddSingleton<JobRunner>();
        }

        builder.Services.AddMassTransit(bus =>
        {
            foreach (var consumer in consumers) bus.AddConsumer(consumer.Consumer);
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(broker, host =>
                {
                    var user = broker.UserInfo.Split(':', 2);
                    if (user.Length == 2)
                    {
                        host.Username(Uri.UnescapeDataString(user[0]));
                        host.Password(Uri.UnescapeDataString(user[1]));
                    }
                });

                foreach (var consumer in consumers)
                {
                    rabbit.ReceiveEndpoint(Queues.Of(consumer.Kind), queue =>
                    {
                        if (options.QuorumQueues) queue.SetQuorumQueue();
                        // A worker holds no more messages than it works on, so that a long queue is shared out fairly.
                        queue.PrefetchCount = (ushort)options.EffectiveConcurrency;
                        queue.ConcurrentMessageLimit = options.EffectiveConcurrency;
                        // The one outage that cannot be written down is that of the database itself.
                        queue.UseMessageRetry(retry =>
                        {
                            retry.Handle<NpgsqlException>();
                            retry.Exponential(5, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(2));
                        });
                        queue.ConfigureConsumer(context, consumer.Consumer);
                    });
                }
            });
        });
        builder.Services.Configure<MassTransitHostOptions>(host =>
        {
            host.WaitUntilStarted = false;
            host.ConsumerStopTimeout = options.StopTimeout;
            host.StopTimeout = options.StopTimeout + TimeSpan.FromSeconds(1);
        });
        return builder;
    }
}

/// <summary>The consumer of a kind of job.</summary>
/// <param name="Consumer">A class that implements <see cref="IConsumer{TMessage}"/> of the kind's message.</param>
public sealed record QueueConsumer(JobKind Kind, Type Consumer);
