using Minio;
using Minio.DataModel.Args;
using Panoramax.Storage;

namespace Panoramax.Testing.Servers;

/// <summary>The S3 server that tests were given. Each fixture gets three buckets of its own, which it removes.</summary>
public static class S3Server
{
    private static readonly string[] suffixes = ["incoming", "permanent", "derivates"];

    public static string Endpoint => Setting("PANORAMAX_TEST_S3");

    public static string AccessKey => Setting("PANORAMAX_TEST_S3_ACCESS_KEY");

    public static string SecretKey => Setting("PANORAMAX_TEST_S3_SECRET_KEY");

    /// <summary>Settings of a store whose buckets have a fresh prefix; they are not made yet.</summary>
    public static StorageOptions NewBuckets()
    {
        var prefix = $"test-{Guid.NewGuid().ToString("N")[..12]}";
        return new StorageOptions
        {
            Kind = StorageKind.S3,
            S3 = new S3Options { Endpoint = Endpoint, AccessKey = AccessKey, SecretKey = SecretKey },
            Incoming = $"{prefix}-{suffixes[0]}",
            Permanent = $"{prefix}-{suffixes[1]}",
            Derivates = $"{prefix}-{suffixes[2]}",
        };
    }

    /// <summary>Removes the buckets of <see cref="NewBuckets"/> with all that is in them.</summary>
    public static async Task Remove(StorageOptions buckets)
    {
        using var client = new MinioClient()
            .WithEndpoint(new Uri(Endpoint).Authority).WithCredentials(AccessKey, SecretKey).WithRegion(buckets.S3.Region)
            .WithSSL(Endpoint.StartsWith("https", StringComparison.Ordinal)).Build();
        foreach (var bucket in new[] { buckets.Incoming, buckets.Permanent, buckets.Derivates })
        {
            if (!await client.BucketExistsAsync(new BucketExistsArgs().WithBucket(bucket))) continue;

            var keys = new List<string>();
            await foreach (var found in client.ListObjectsEnumAsync(new ListObjectsArgs().WithBucket(bucket).WithRecursive(true))) keys.Add(found.Key);
            foreach (var some in keys.Chunk(1000)) await client.RemoveObjectsAsync(new RemoveObjectsArgs().WithBucket(bucket).WithObjects([.. some]));
            await client.RemoveBucketAsync(new RemoveBucketArgs().WithBucket(bucket));
        }
    }

    private static string Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"{name} is not set: start the test servers with 'tests/servers.sh start' and load 'tests/servers.sh env'");
}
