using Npgsql;
using Panoramax.Database.Jobs;
using Panoramax.ServiceDefaults.Telemetry;

namespace Panoramax.DispatchWorker.Caretaker;

/// <summary>Measures the work that could be done now, and how long its oldest piece has been waiting.</summary>
internal sealed class MeasureDueJobs(NpgsqlDataSource database)
{
    public async Task Run(CancellationToken cancel)
    {
        var due = Enum.GetValues<JobKind>().ToDictionary(kind => kind, _ => (Count: 0L, Age: 0d));
        await using (var command = database.CreateCommand("""
            SELECT kind, count(*), extract(epoch FROM now() - min(not_before))::float8 FROM jobs WHERE not_before <= now() GROUP BY kind
            """))
        {
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel)) due[JobKindText.Parse(reader.GetString(0))] = (reader.GetInt64(1), reader.GetDouble(2));
        }

        foreach (var (kind, (count, age)) in due)
        {
            Instruments.JobsDue.Record(count, new KeyValuePair<string, object?>("kind", kind.Text()));
            Instruments.JobsOldestDueAge.Record(age, new KeyValuePair<string, object?>("kind", kind.Text()));
        }
    }
}
