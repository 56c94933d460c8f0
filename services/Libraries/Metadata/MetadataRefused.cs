using Panoramax.Domain.Pictures;

namespace Panoramax.Metadata;

/// <summary>Why the metadata of a file are refused.</summary>
public enum RefusalKind
{
    /// <summary>The bytes are no JPEG picture that may be decoded.</summary>
    InvalidFile,

    /// <summary>Position or date are missing or unusable.</summary>
    Partial,

    /// <summary>Something stands there that cannot be true.</summary>
    Invalid,
}

/// <summary>One thing that is wrong: a key of <see cref="MetadataTexts"/> and what is put into its text.</summary>
public sealed record MetadataProblem(string Key, params IReadOnlyList<object> Arguments);

/// <summary>A picture that cannot be taken in. The API answers it with 400.</summary>
public sealed class MetadataRefused : Exception
{
    internal MetadataRefused(RefusalKind kind, IReadOnlyList<MetadataProblem> problems, IReadOnlyList<string>? missingFields = null)
        : base(MetadataTexts.Of(problems, "en"))
    {
        Kind = kind;
        Problems = problems;
        MissingFields = missingFields ?? [];
    }

    internal MetadataRefused(NotAPicture reason)
        : base(reason.Message, reason)
    {
        Kind = RefusalKind.InvalidFile;
        Problems = [new MetadataProblem(MetadataTexts.KeyOf(reason.Reason))];
        MissingFields = [];
    }

    public RefusalKind Kind { get; }

    /// <summary>As the API names them: <c>datetime</c>, then <c>location</c>.</summary>
    public IReadOnlyList<string> MissingFields { get; }

    public IReadOnlyList<MetadataProblem> Problems { get; }

    /// <summary>The text shown to the user.</summary>
    /// <param name="language">ISO 639-1 code; English for those without a translation (there are de, fr, en, es, hu).</param>
    public string Text(string language) => MetadataTexts.Of(Problems, language);
}
