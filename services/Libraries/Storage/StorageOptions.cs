using Microsoft.Extensions.Options;

namespace Panoramax.Storage;

/// <summary>Kinds of stores.</summary>
public enum StorageKind
{
    /// <summary>Buckets of MinIO or another S3 server.</summary>
    S3,

    /// <summary>Folders of one file system, which all processes see.</summary>
    Folder,
}

/// <summary>Section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary><c>S3</c> (default) or <c>Folder</c>.</summary>
    public StorageKind Kind { get; set; } = StorageKind.S3;

    /// <summary><c>Folder</c> only: the folder that holds the three. May be unset when their names are full paths.</summary>
    public string? Folder { get; set; }

    /// <summary><c>S3</c> only: where the server is and who this process is to it.</summary>
    public S3Options S3 { get; set; } = new();

    /// <summary>Name of the bucket or folder, default <c>incoming</c>. A folder may be a full path.</summary>
    public string Incoming { get; set; } = "incoming";

    /// <summary>Name of the bucket or folder, default <c>permanent</c>. A folder may be a full path.</summary>
    public string Permanent { get; set; } = "permanent";

    /// <summary>Name of the bucket or folder, default <c>derivates</c>. A folder may be a full path.</summary>
    public string Derivates { get; set; } = "derivates";

    /// <summary>
    /// URL below which everybody can read <c>permanent</c>, without the API; unset: nobody. Pictures that anyone may see are
    /// then linked to there.
    /// </summary>
    public string? PublicPermanentUrl { get; set; }

    /// <summary>The same for <c>derivates</c>.</summary>
    public string? PublicDerivatesUrl { get; set; }

    internal string NameOf(StoreName store) => store switch
    {
        StoreName.Incoming => Incoming,
        StoreName.Permanent => Permanent,
        StoreName.Derivates => Derivates,
    };
}

/// <summary>Section <c>Storage:S3</c>.</summary>
public sealed class S3Options
{
    /// <summary>Absolute URL without a path: <c>http://minio:9000</c>, <c>https://s3.example.org</c>.</summary>
    public string? Endpoint { get; set; }

    public string? AccessKey { get; set; }

    public string? SecretKey { get; set; }

    /// <summary>Region that requests are signed for; default <c>us-east-1</c>, which MinIO expects.</summary>
    public string Region { get; set; } = "us-east-1";
}

/// <summary>One sentence per mistake, at start: a process with half a store would lose pictures later.</summary>
internal sealed class StorageOptionsCheck : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options) =>
        Mistake(options) is { } mistake ? ValidateOptionsResult.Fail(mistake) : ValidateOptionsResult.Success;

    private static string? Mistake(StorageOptions options)
    {
        var names = Enum.GetValues<StoreName>();
        foreach (var store in names)
        {
            if (string.IsNullOrWhiteSpace(options.NameOf(store))) return $"Storage:{store} is empty: the name of its bucket or folder";
        }

        // What is public and what is private is decided by bucket.
        if (names.Select(options.NameOf).Distinct(StringComparer.Ordinal).Count() != names.Length)
            return "Storage:Incoming, Storage:Permanent and Storage:Derivates must be three different names";

        if (NotAnAddress(options.PublicPermanentUrl)) return $"Storage:PublicPermanentUrl is '{options.PublicPermanentUrl}', which is no http(s) URL";
        if (NotAnAddress(options.PublicDerivatesUrl)) return $"Storage:PublicDerivatesUrl is '{options.PublicDerivatesUrl}', which is no http(s) URL";

        if (options.Kind == StorageKind.Folder)
        {
            return options.Folder is null or "" && !names.All(store => Path.IsPathFullyQualified(options.NameOf(store)))
                ? "Storage:Folder is not set, though Storage:Kind is Folder: the folder that holds the pictures"
                : null;
        }

        var s3 = options.S3;
        if (!Uri.TryCreate(s3.Endpoint, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https") || endpoint.AbsolutePath != "/")
            return $"Storage:S3:Endpoint is '{s3.Endpoint}', which is no URL of an S3 server (like http://minio:9000); or set Storage:Kind to Folder";
        if (string.IsNullOrEmpty(s3.AccessKey)) return "Storage:S3:AccessKey is not set";
        if (string.IsNullOrEmpty(s3.SecretKey)) return "Storage:S3:SecretKey is not set";
        return string.IsNullOrEmpty(s3.Region) ? "Storage:S3:Region is empty" : null;
    }

    private static bool NotAnAddress(string? text) =>
        !string.IsNullOrEmpty(text) && !(Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https");
}
