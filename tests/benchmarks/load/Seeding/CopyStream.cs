using System.Buffers.Binary;
using System.Text;
using NetTopologySuite.IO;
using Npgsql;
using Geometry = NetTopologySuite.Geometries.Geometry;

namespace Panoramax.Load.Seeding;

/// <summary>
/// One COPY in PostgreSQL's binary form, on a connection of its own so that all tables are filled side by side. Values are
/// written straight into a buffer: ten million rows of thirty columns are no place for a boxed value each.
/// </summary>
internal sealed class CopyStream : IAsyncDisposable
{
    private const int FlushAtBytes = 256 * 1024;

    /// <summary>PostgreSQL counts from the year 2000.</summary>
    private static readonly DateTimeOffset epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly NpgsqlConnection connection;
    private readonly NpgsqlRawCopyStream stream;
    private readonly PostGisWriter geometries = new() { HandleOrdinates = NetTopologySuite.Geometries.Ordinates.XY };
    private byte[] buffer = new byte[FlushAtBytes * 2];
    private int length;
    private bool isComplete;

    private CopyStream(NpgsqlConnection connection, NpgsqlRawCopyStream stream) => (this.connection, this.stream) = (connection, stream);

    public static async Task<CopyStream> Begin(NpgsqlDataSource source, string table)
    {
        var own = await source.OpenConnectionAsync();
        await using (var settings = new NpgsqlCommand("SET statement_timeout = 0", own)) await settings.ExecuteNonQueryAsync();
        var copy = new CopyStream(own, await own.BeginRawBinaryCopyAsync($"COPY {table} FROM STDIN (FORMAT BINARY)"));
        // "PGCOPY", the mark that shows a spoilt transfer, no flags, no extension.
        copy.Raw([0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00, 0, 0, 0, 0, 0, 0, 0, 0]);
        return copy;
    }

    public CopyStream Row(short columns)
    {
        if (length > FlushAtBytes) Flush();
        BinaryPrimitives.WriteInt16BigEndian(Take(2), columns);
        return this;
    }

    public CopyStream Null()
    {
        Size(-1);
        return this;
    }

    public CopyStream Value(Guid value)
    {
        Size(16);
        value.TryWriteBytes(Take(16), bigEndian: true, out _);
        return this;
    }

    public CopyStream Value(bool value)
    {
        Size(1);
        Take(1)[0] = value ? (byte)1 : (byte)0;
        return this;
    }

    public CopyStream Value(int value)
    {
        Size(4);
        BinaryPrimitives.WriteInt32BigEndian(Take(4), value);
        return this;
    }

    public CopyStream Value(int? value) => value is { } number ? Value(number) : Null();

    public CopyStream Value(long value)
    {
        Size(8);
        BinaryPrimitives.WriteInt64BigEndian(Take(8), value);
        return this;
    }

    public CopyStream Value(double value)
    {
        Size(8);
        BinaryPrimitives.WriteDoubleBigEndian(Take(8), value);
        return this;
    }

    public CopyStream Value(double? value) => value is { } number ? Value(number) : Null();

    public CopyStream Value(DateTimeOffset value) => Value((value - epoch).Ticks / TimeSpan.TicksPerMicrosecond);

    public CopyStream Value(DateTimeOffset? value) => value is { } time ? Value(time) : Null();

    public CopyStream Value(DateOnly? value) => value is { } day ? Value(day.DayNumber - DateOnly.FromDateTime(epoch.DateTime).DayNumber) : Null();

    public CopyStream Value(string? value)
    {
        if (value is null) return Null();
        var bytes = Encoding.UTF8.GetByteCount(value);
        Size(bytes);
        Encoding.UTF8.GetBytes(value, Take(bytes));
        return this;
    }

    /// <summary>A <c>jsonb</c>: its text behind the number of the format.</summary>
    public CopyStream Json(string value)
    {
        var bytes = Encoding.UTF8.GetByteCount(value);
        Size(bytes + 1);
        Take(1)[0] = 1;
        Encoding.UTF8.GetBytes(value, Take(bytes));
        return this;
    }

    /// <summary>A point in WGS 84.</summary>
    public CopyStream Point(double longitude, double latitude)
    {
        Size(25);
        var point = Take(25);
        point[0] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(point[1..], 0x20000001);
        BinaryPrimitives.WriteUInt32LittleEndian(point[5..], 4326);
        BinaryPrimitives.WriteDoubleLittleEndian(point[9..], longitude);
        BinaryPrimitives.WriteDoubleLittleEndian(point[17..], latitude);
        return this;
    }

    public CopyStream Value(Geometry? value)
    {
        if (value is null) return Null();
        var bytes = geometries.Write(value);
        Size(bytes.Length);
        Raw(bytes);
        return this;
    }

    public async Task Complete()
    {
        BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);
        Flush();
        isComplete = true;
        await stream.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!isComplete) await stream.CancelAsync();
        await stream.DisposeAsync();
        await connection.DisposeAsync();
    }

    private void Size(int bytes) => BinaryPrimitives.WriteInt32BigEndian(Take(4), bytes);

    private void Raw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    private Span<byte> Take(int count)
    {
        if (length + count > buffer.Length) Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + count));
        length += count;
        return buffer.AsSpan(length - count, count);
    }

    private void Flush()
    {
        stream.Write(buffer, 0, length);
        length = 0;
    }
}
