using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Queries;
using Panoramax.Database.Rows;
using Panoramax.Domain.Accounts;
using Panoramax.Http.Callers;
using Panoramax.Http.Values;

namespace Panoramax.Upload.ExcludedAreas;

/// <summary>
/// Areas that no pictures are taken of: general ones, kept by administrators, and everybody's own, which count for nobody
/// else. Pictures that are there already stay.
/// </summary>
internal static class Areas
{
    /// <summary>Public areas; all of them for administrators who ask.</summary>
    /// <exception cref="Http.Errors.ApiError">401, 403: all areas, but not by an administrator; 400.</exception>
    public static async Task<JsonHttpResult<AreasJson>> List(HttpRequest request, PanoramaxDb db, Caller caller, CancellationToken cancel)
    {
        var all = Flag(request, "all");
        if (all && !caller.IsAdmin) throw UploadErrors.AllAreasNeedAdministrator(caller.IsLoggedIn);
        return Answer(await db.ExcludedAreas.AsNoTracking().Where(row => all || row.IsPublic).OrderBy(row => row.Id).ToListAsync(cancel));
    }

    /// <summary>The caller's own areas.</summary>
    public static async Task<JsonHttpResult<AreasJson>> ListMine(PanoramaxDb db, Caller caller, CancellationToken cancel) =>
        Answer(await db.ExcludedAreas.AsNoTracking().Where(row => row.AccountId == caller.AccountId).OrderBy(row => row.Id).ToListAsync(cancel));

    /// <summary>Adds a general area. What is wrong with it is told before the missing right.</summary>
    /// <exception cref="Http.Errors.ApiError">415; 400; 403.</exception>
    public static async Task<JsonHttpResult<AreaJson>> Add(HttpRequest request, PanoramaxDb db, Caller caller, CancellationToken cancel)
    {
        var area = await ReadOne(request, accountId: null, cancel);
        if (!caller.IsAdmin) throw CallerErrors.AdministratorsOnly();
        return await Keep(db, area, cancel);
    }

    /// <summary>Adds an area that counts for the caller's uploads only.</summary>
    /// <exception cref="Http.Errors.ApiError">415; 400.</exception>
    public static async Task<JsonHttpResult<AreaJson>> AddMine(HttpRequest request, PanoramaxDb db, Caller caller, CancellationToken cancel) =>
        await Keep(db, await ReadOne(request, caller.AccountId, cancel), cancel);

    /// <summary>Replaces all general areas; everybody's own stay. Inverted, the areas given are the only allowed ones.</summary>
    /// <exception cref="Http.Errors.ApiError">415; 400; 403.</exception>
    public static async Task<JsonHttpResult<AreasJson>> Replace(HttpRequest request, PanoramaxDb db, Caller caller, CancellationToken cancel)
    {
        var areas = AreasJson.Read(await RequestFields.ReadJson(request, cancel));
        var inverts = Flag(request, "invert");
        if (!caller.IsAdmin) throw CallerErrors.AdministratorsOnly();

        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.ExcludedAreas.Where(row => row.AccountId == null).ExecuteDeleteAsync(cancel);
        if (inverts) await AddAllBut(db, areas, cancel);
        else db.ExcludedAreas.AddRange(areas);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return Answer(await db.ExcludedAreas.AsNoTracking().OrderBy(row => row.Id).ToListAsync(cancel));
    }

    /// <exception cref="Http.Errors.ApiError">404.</exception>
    public static async Task<NoContent> Delete(Guid id, PanoramaxDb db, CancellationToken cancel) =>
        await db.ExcludedAreas.Where(row => row.Id == id && row.AccountId == null).ExecuteDeleteAsync(cancel) == 1
            ? TypedResults.NoContent()
            : throw UploadErrors.UnknownArea();

    /// <exception cref="Http.Errors.ApiError">404: not the caller's.</exception>
    public static async Task<NoContent> DeleteMine(Guid id, PanoramaxDb db, Caller caller, CancellationToken cancel) =>
        await db.ExcludedAreas.Where(row => row.Id == id && row.AccountId == caller.AccountId).ExecuteDeleteAsync(cancel) == 1
            ? TypedResults.NoContent()
            : throw UploadErrors.UnknownArea();

    private static async Task<ExcludedAreaRow> ReadOne(HttpRequest request, Guid? accountId, CancellationToken cancel)
    {
        var body = await RequestFields.ReadJsonValue(request, cancel);
        var fields = RequestFields.Empty();
        var area = AreaJson.Read(fields, body, [], accountId);
        fields.ThrowIfFaulty();
        return area!;
    }

    private static async Task<JsonHttpResult<AreaJson>> Keep(PanoramaxDb db, ExcludedAreaRow area, CancellationToken cancel)
    {
        db.ExcludedAreas.Add(area);
        await db.SaveChangesAsync(cancel);
        return TypedResults.Json(AreaJson.Of(area), UploadJson.Wire.AreaJson, AreaJson.ContentType);
    }

    /// <summary>The world without these areas, in pieces of at most 500 corners, so that the index finds the one that matters.</summary>
    private static async Task AddAllBut(PanoramaxDb db, IReadOnlyList<ExcludedAreaRow> allowed, CancellationToken cancel) =>
        await db.Statement(
            """
            INSERT INTO excluded_areas (id, is_public, geom)
            SELECT gen_random_uuid(), TRUE, ST_Multi(piece)
            FROM ST_Subdivide(
                coalesce(
                    ST_Difference(ST_MakeEnvelope(-180, -90, 180, 90, 4326), (SELECT ST_Union(area) FROM unnest(@allowed) AS area)),
                    ST_MakeEnvelope(-180, -90, 180, 90, 4326)),
                500) AS piece
            WHERE ST_Dimension(piece) = 2 AND NOT ST_IsEmpty(piece)
            """,
            ("allowed", allowed.Select(area => (NetTopologySuite.Geometries.Geometry)area.Geom).ToArray())).Run(cancel);

    private static JsonHttpResult<AreasJson> Answer(IEnumerable<ExcludedAreaRow> areas) =>
        TypedResults.Json(new AreasJson([.. areas.Select(AreaJson.Of)]), UploadJson.Wire.AreasJson, AreaJson.ContentType);

    private static bool Flag(HttpRequest request, string name)
    {
        if (!request.Query.TryGetValue(name, out var text)) return false;
        var fields = RequestFields.OfForm([KeyValuePair.Create(name, text.ToString())]);
        var value = fields.Bool(name);
        fields.ThrowIfFaulty();
        return value ?? false;
    }
}
