using NodaTime;
using NodaTime.TimeZones;
using Panoramax.Metadata.TimeZones;

namespace Panoramax.Metadata.Reading;

/// <summary>A moment with the offset of its place, and the zone's name as the API shows it (<c>CEST</c>, <c>UTC</c>, <c>UTC+02:00</c>).</summary>
internal readonly record struct CaptureTime(DateTimeOffset Time, string Zone)
{
    private const long TicksPerMicrosecond = 10;

    public long Microseconds => Time.Ticks % TimeSpan.TicksPerSecond / TicksPerMicrosecond;

    public static DateTimeZone ZoneAt(Position position) =>
        DateTimeZoneProviders.Tzdb[TimeZoneMap.Find(position.Latitude, position.Longitude)];

    public static CaptureTime Utc(DateTime utc) => new(new DateTimeOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc)), "UTC");

    /// <summary>The same instant, shown in a zone.</summary>
    public CaptureTime In(DateTimeZone zone)
    {
        var interval = zone.GetZoneInterval(Instant.FromDateTimeOffset(Time));
        return Shift(Time.UtcDateTime, interval) ?? this;
    }

    /// <summary>
    /// Local time of a zone: in the repeated hour of autumn standard time is meant, in the skipped hour of spring the offset
    /// before the jump. Null outside of the calendar.
    /// </summary>
    public static CaptureTime? FromLocal(DateTime local, DateTimeZone zone)
    {
        var mapping = zone.MapLocal(LocalDateTime.FromDateTime(local));
        var interval = mapping.Count == 2 ? mapping.LateInterval : mapping.EarlyInterval;
        return FromLocal(local, WholeMinutes(interval.WallOffset), interval.Name);
    }

    /// <summary>Local time with a bare offset; null outside of the calendar.</summary>
    public static CaptureTime? FromLocal(DateTime local, TimeSpan offset) =>
        FromLocal(local, offset, offset == TimeSpan.Zero ? "UTC" : $"UTC{(offset < TimeSpan.Zero ? '-' : '+')}{offset:hh\\:mm}");

    private static CaptureTime? FromLocal(DateTime local, TimeSpan offset, string zone)
    {
        var utcTicks = local.Ticks - offset.Ticks;
        if (utcTicks < DateTime.MinValue.Ticks || utcTicks > DateTime.MaxValue.Ticks) return null;
        return new CaptureTime(new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), offset), zone);
    }

    private static CaptureTime? Shift(DateTime utc, ZoneInterval interval)
    {
        var offset = WholeMinutes(interval.WallOffset);
        var ticks = utc.Ticks + offset.Ticks;
        return ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks
            ? null
            : FromLocal(new DateTime(ticks), offset, interval.Name);
    }

    /// <summary>Local mean times before the railways have seconds, which ISO offsets have not.</summary>
    private static TimeSpan WholeMinutes(Offset offset) => TimeSpan.FromMinutes(offset.Seconds / 60);
}
