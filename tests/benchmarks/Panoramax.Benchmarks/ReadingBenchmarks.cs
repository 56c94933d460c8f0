using System.Buffers;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Panoramax.Database.Rows;
using Panoramax.Domain.Pictures;
using Panoramax.Http;
using Panoramax.Stac;
using Panoramax.Stac.Filters;
using Panoramax.Stac.Search;
using Panoramax.StacShapes;
using Panoramax.StacShapes.Items;
using Panoramax.Storage;

namespace Panoramax.Benchmarks;

/// <summary>What an answer costs beside its statement: the shape and JSON of an item, a filter, a page's position.</summary>
public class ReadingBenchmarks
{
    private readonly ArrayBufferWriter<byte> body = new(1 << 16);
    private readonly string page = SearchPage.Write(["2025-05-01T09:00:00+00:00", "0197b1a4-6c3e-7b15-9a1d-5f3c2d1e0f4a"]);
    private ItemShape shape = null!;
    private ItemRow row = null!;

    [GlobalSetup]
    public void Make()
    {
        var context = new DefaultHttpContext();
        (context.Request.Scheme, context.Request.Host) = ("https", new HostString("panoramax.example.org"));
        var links = new Links(new HttpContextAccessor { HttpContext = context }, new ConfigurationBuilder().Build());
        shape = new ItemShape(links, new PictureAddresses(links, Options.Create(new StorageOptions())), Options.Create(new LicenseOptions()));
        var time = new DateTimeOffset(2025, 5, 1, 9, 0, 0, TimeSpan.Zero);
        row = new ItemRow
        {
            Id = Guid.CreateVersion7(time), AccountId = Guid.CreateVersion7(time), AccountName = "Camille", SequenceId = Guid.CreateVersion7(time), Rank = 12,
            Longitude = 2.123456789, Latitude = 48.123456789, Ts = time, OffsetMinutes = 120, Created = time, Updated = time, Heading = 12,
            Type = PictureType.Equirectangular, Width = 5760, Height = 2880, Cols = 8, Rows = 4, Make = "GoPro", Model = "Max", FocalLength = null, FieldOfView = 360,
            GpsAccuracyMetres = 4, PixelDensity = 16, PreparingStatus = PreparingStatus.Prepared, Visibility = null, SequenceVisibility = null,
            Details = new PictureDetails { OriginalFileName = "GS000012.JPG", OriginalFileSize = 5_000_000 },
            Exif = "{" + string.Join(',', Enumerable.Range(0, 50).Select(tag => $"\"Exif.Photo.Tag{tag}\": \"some value {tag}\"")) + "}",
            Tags = """[{"key": "osm|traffic_sign", "value": "FR:B14"}]""", Annotations = null, SequenceTags = null,
            Next = new Neighbour(Guid.CreateVersion7(time), 2.1235, 48.1235), Previous = new Neighbour(Guid.CreateVersion7(time), 2.1234, 48.1234),
        };
    }

    [Benchmark]
    public int ItemToJson()
    {
        body.ResetWrittenCount();
        using var json = new Utf8JsonWriter(body, new JsonWriterOptions { SkipValidation = true });
        JsonSerializer.Serialize(json, shape.Of(row), StacJson.Wire.ItemJson);
        json.Flush();
        return body.WrittenCount;
    }

    [Benchmark]
    public object FilterRead() => FilterReader.Read("created > '2023-01-01T00:00:00Z' AND (updated < '2024-01-01' OR status IN ('ready','hidden'))");

    [Benchmark]
    public object PageRead() => SearchPage.Read(page);
}
