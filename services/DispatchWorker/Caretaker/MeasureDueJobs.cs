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

        // Whatever keeps them, tries that are put off again and again included: that is why it is not seen from what is due.
        await using var left = database.CreateCommand(
            $"SELECT count(*) FROM jobs WHERE kind = '{JobKind.Discard.Text()}' AND requested_at < now() - interval '1 day'");
        Instruments.OriginalsLeft.Record((long)(await left.ExecuteScalarAsync(cancel))!);
    }
}
