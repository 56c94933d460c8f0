using System.Globalization;
using System.Security.Cryptography;

namespace Panoramax.StreetPictures;

/// <summary>A line of <c>expected.csv</c>; what is not said stays empty.</summary>
internal sealed record TableRow(string Set, string Name)
{
    public const string Header = "file,set,sha256,bytes,status,http,rejection,missing_fields,width,height,orientation,display_width,display_height,lat,lon,position_source,altitude,ts_utc,ts_local,ts_source,heading,heading_source,type,crop,yaw,pitch,roll,make,model,focal_length,sequence,duplicate_of,heading_after_dispatch,note";

    public required byte[] Content { get; init; }

    /// <summary>What an upload is answered with; 0: accepting and refusing are both right.</summary>
    public int Http { get; init; } = 202;

    public string Rejection { get; init; } = "";

    public string MissingFields { get; init; } = "";

    /// <summary>Stored pixels.</summary>
    public (int Width, int Height)? Size { get; init; }

    public int? Orientation { get; init; }

    public (double Latitude, double Longitude)? Position { get; init; }

    public int? Altitude { get; init; }

    public DateTimeOffset? Time { get; init; }

    public int? Heading { get; init; }

    public string Type { get; init; } = "";

    public string Make { get; init; } = "";

    public string Model { get; init; } = "";

    public string FocalLength { get; init; } = "";

    public int? Sequence { get; init; }

    public string DuplicateOf { get; init; } = "";

    public int? HeadingAfterDispatch { get; init; }

    public string Note { get; init; } = "";

    /// <summary>The line, its columns as in <see cref="Header"/>.</summary>
    public override string ToString()
    {
        var turned = Orientation is 6 or 8 && Size is { } stored ? (stored.Height, stored.Width) : Size;
        object?[] cells =
        [
            $"{Set}/{Name}", Set, Convert.ToHexStringLower(SHA256.HashData(Content)), Content.Length,
            Http switch { 202 => "accepted", 0 => "either", _ => "rejected" }, Http == 0 ? "" : Http, Rejection, MissingFields,
            Size?.Width, Size?.Height, Orientation, turned?.Item1, turned?.Item2,
            Degrees(Position?.Latitude), Degrees(Position?.Longitude), Position is null ? "" : "exif", Altitude,
            Time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            Time?.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture), Time is null ? "" : "camera",
            Heading, Type.Length == 0 ? "" : Heading is null ? "none" : "exif", Type, "", "", "", "", Make, Model, FocalLength,
            Sequence, DuplicateOf, HeadingAfterDispatch, Note,
        ];
        return string.Join(',', cells.Select(cell => string.Format(CultureInfo.InvariantCulture, "{0}", cell)));
    }

    private static string Degrees(double? value) => value?.ToString("0.#######", CultureInfo.InvariantCulture) ?? "";
}
