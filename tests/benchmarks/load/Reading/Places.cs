using Npgsql;

namespace Panoramax.Load.Reading;

/// <summary>A picture of the data that requests are made for.</summary>
internal sealed record Place(Guid Id, Guid SequenceId, double Longitude, double Latitude);

/// <summary>Draws what requests ask for from the data, with a fixed seed.</summary>
internal sealed class Places(NpgsqlDataSource source)
{

    /// <summary>Pictures from all over the data.</summary>
    public async Task<IReadOnlyList<Place>> Pictures(int count, int seed)
    {
        // A sample of pages first: sorting a million rows for a hundred would take longer than the measurement.
        await using var command = source.CreateCommand($"""
            SELECT p.id, sp.sequence_id, ST_X(p.geom), ST_Y(p.geom)
            FROM (SELECT * FROM pictures TABLESAMPLE SYSTEM (greatest(0.2, least(100, 2000000.0 / greatest(1, (SELECT reltuples FROM pg_class WHERE relname = 'pictures')) ))) REPEATABLE ({seed})) p
            JOIN sequences_pictures sp ON sp.picture_id = p.id JOIN sequences s ON s.id = sp.sequence_id
            WHERE p.preparing_status = 'prepared' AND p.visibility IS NULL AND s.visibility IS NULL
            ORDER BY md5(p.id::text || '{seed}') LIMIT {count}
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var places = new List<Place>();
        while (await reader.ReadAsync()) places.Add(new Place(reader.GetGuid(0), reader.GetGuid(1), reader.GetDouble(2), reader.GetDouble(3)));
        return places;
    }

    /// <summary>Sequences of about this many pictures.</summary>
    public async Task<IReadOnlyList<Guid>> Sequences(int pictures, int count)
    {
        await using var command = source.CreateCommand($"""
            SELECT id FROM sequences WHERE nb_pictures BETWEEN {pictures * 0.95} AND {pictures * 1.05} AND visibility IS NULL ORDER BY abs(nb_pictures - {pictures}), id LIMIT {count}
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var ids = new List<Guid>();
        while (await reader.ReadAsync()) ids.Add(reader.GetGuid(0));
        return ids;
    }
}
