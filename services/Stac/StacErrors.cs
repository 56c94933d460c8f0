using System.Text.Json.Nodes;
using Panoramax.Http.Errors;

namespace Panoramax.Stac;

/// <summary>Every refusal of this service. What a caller may not see is "unknown" to him: existence is not disclosed.</summary>
internal static class StacErrors
{
    public static ApiError UnknownCollection() => new(404, new LocalText("This sequence does not exist")
    {
        De = "Diese Sequenz gibt es nicht", Fr = "Cette séquence n'existe pas", Es = "Esta secuencia no existe", Hu = "Ez a sorozat nem létezik",
    });

    public static ApiError UnknownPicture() => new(404, new LocalText("This picture does not exist")
    {
        De = "Dieses Bild gibt es nicht", Fr = "Cette photo n'existe pas", Es = "Esta foto no existe", Hu = "Ez a kép nem létezik",
    });

    public static ApiError UnknownAnnotation() => new(404, "This annotation does not exist");

    public static ApiError UnknownUser(int status) => new(status, new LocalText("This user does not exist")
    {
        De = "Dieses Konto gibt es nicht", Fr = "Cet utilisateur n'existe pas", Es = "Este usuario no existe", Hu = "Ez a felhasználó nem létezik",
    });

    public static ApiError NoCollectionOfUser() => new(404, "There is no sequence of this user here");

    public static ApiError NoThumbnail() => new(404, "This sequence has no picture to show");

    public static ApiError NoSuchTile() => new(404, "This picture has no such tile");

    public static ApiError NoSuchMapTile() => new(404, "There is no such map tile: zoom goes from 0 to 15, column and row up to 2^zoom - 1");

    public static ApiError BadTileFormat() => new(400, "Map tiles are given as mvt or pbf only");

    public static ApiError BeingPrepared() => new(403, new LocalText("This picture is still being prepared, please come back later")
    {
        De = "Dieses Bild wird noch vorbereitet, bitte später wiederkommen", Fr = "Cette photo est en cours de préparation, merci de revenir plus tard",
        Es = "Esta foto aún se está preparando, vuelva más tarde", Hu = "Ez a kép még feldolgozás alatt áll, kérjük, térjen vissza később",
    });

    /// <summary>A row points to bytes that are not there: the operator must hear of it.</summary>
    public static ApiError FileMissing(Guid pictureId) => new(500, "The file of picture {0} is missing in the store", pictureId);

    public static ApiError LimitOutOfRange(int max) => new(400, new LocalText("limit must be between 1 and {0}")
    {
        De = "limit muss zwischen 1 und {0} liegen", Fr = "limit doit être compris entre 1 et {0}", Es = "limit debe estar entre 1 y {0}", Hu = "a limit értéke 1 és {0} között lehet",
    }, max);

    public static ApiError BadParameter(string name, string expected) => new(400, "{0} is not valid: {1}", name, expected);

    /// <summary>With <c>details.error</c>, which clients show.</summary>
    public static ApiError Unreadable(string name, string error) => new(400, "Invalid {0}", name)
    {
        Extra = new JsonObject { ["details"] = new JsonObject { ["error"] = error } },
    };

    /// <summary>One message for all mistakes of a filter: which fields exist is told by queryables.</summary>
    public static ApiError BadFilter() => new(400, "The filter cannot be read: see the queryables for its fields and check its syntax");

    public static ApiError StatusInFilter(bool aboutHidden) => new(400, aboutHidden
        ? "The status cannot be filtered on; use a filter on visibility instead"
        : "The status cannot be filtered on; use the parameter show_deleted instead");

    public static ApiError BadPage() => new(400, "page is not a position that a link of this server gave");

    public static ApiError BadSort(string field, string allowed) => new(400, "sortby has no field {0}; there are: {1}", field, allowed);

    public static ApiError CreatedOutOfRange(string name, DateTimeOffset bound) =>
        new(400, "There is no sequence in the range of {0}; the limit is {1:yyyy-MM-ddTHH:mm:ssZ}", name, bound.UtcDateTime);

    public static ApiError RankBeyondEnd(int last) => new(404, "There is no picture after this rank; the last one is {0}", last);

    public static ApiError NotInCollection() => new(400, "withPicture is not a picture of this sequence");

    public static ApiError WithPictureAndRank() => new(400, "startAfterRank and withPicture cannot be used together");

    public static ApiError NotJson() => new(400, "The body must be JSON, with Content-Type: application/json");

    public static ApiError SearchTextMissing() => new(400, "The parameter q is missing");

    public static ApiError NotWithCsv() => new(400, "CSV always holds all sequences, newest first: page, filter and another sort are not possible");

    public static ApiError NotWithFeed() => new(400, "show_deleted is not possible in a feed");
}
