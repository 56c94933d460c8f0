using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Rows;
using Panoramax.Upload.Semantics;

namespace Panoramax.Upload.Annotations;

/// <summary>A shape in a picture with its tags.</summary>
internal sealed record AnnotationJson(
    [property: JsonPropertyName("id")] Guid Id,
    [property: JsonPropertyName("picture_id")] Guid PictureId,
    [property: JsonPropertyName("shape")] JsonNode? Shape,
    [property: JsonPropertyName("semantics")] IReadOnlyList<TagJson> Semantics)
{
    public static async Task<AnnotationJson> Load(PanoramaxDb db, AnnotationRow row, CancellationToken cancel) => new(
        row.Id, row.PictureId, JsonSerializer.Deserialize(row.Shape, UploadJson.Default.JsonNode),
        TagJson.ListOf(await db.AnnotationsSemantics.AsNoTracking().Where(tag => tag.AnnotationId == row.Id).ToListAsync(cancel)));
}
