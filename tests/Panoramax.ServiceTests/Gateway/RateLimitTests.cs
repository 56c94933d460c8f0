using System.Globalization;

namespace Panoramax.ServiceTests.Gateway;

/// <summary>Preparing again is open to everybody and costly: an address may ask so often in a minute.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class RateLimitTests : GatewayFixture
{
    protected override (string Key, string Value)[] Settings => [("Gateway__PreparesPerMinute", "3"), ("Gateway__TrustedProxies", "1")];

    [Test]
    public async Task Who_asks_too_often_is_told_when_to_come_back_and_others_are_not_concerned()
    {
        // Both routes, with and without the slash, count together.
        string[] paths = ["/api/collections/1/prepare", "/api/collections/1/items/2/prepare", "/api/collections/1/prepare/", "/api/collections/2/prepare"];
        var statuses = new List<int>();
        foreach (var path in paths)
        {
            using var answer = await Send("POST", path, null, ("X-Forwarded-For", "198.51.100.7"));
            statuses.Add((int)answer.StatusCode);
            if (path != paths[^1]) continue;
            await Refused(answer, 429);
            Assert.That(int.Parse(Header(answer, "Retry-After")!, CultureInfo.InvariantCulture), Is.InRange(1, 60));
        }

        Assert.That(statuses, Is.EqualTo(new[] { 200, 200, 200, 429 }));
        using var other = await Send("POST", paths[0], null, ("X-Forwarded-For", "198.51.100.8"));
        Assert.That((int)other.StatusCode, Is.EqualTo(200));
        using var withToken = await Send("POST", paths[0], null, ("X-Forwarded-For", "198.51.100.7"), ("Authorization", "Bearer x"));
        Assert.That((int)withToken.StatusCode, Is.EqualTo(200), "the service knows who that is");
        using var read = await Send("GET", "/api/collections/1/items", null, ("X-Forwarded-For", "198.51.100.7"));
        Assert.That((int)read.StatusCode, Is.EqualTo(200), "reading is not limited");
    }

    /// <summary>A household has a whole /64 of IPv6 addresses.</summary>
    [Test]
    public async Task All_addresses_of_one_ipv6_network_count_together()
    {
        var statuses = new List<int>();
        foreach (var host in new[] { "2001:db8:1:1::1", "2001:db8:1:1::2", "2001:db8:1:1:ffff::3", "2001:db8:1:1::4", "2001:db8:1:2::1" })
        {
            using var answer = await Send("POST", "/api/collections/1/prepare", null, ("X-Forwarded-For", host));
            statuses.Add((int)answer.StatusCode);
        }

        Assert.That(statuses, Is.EqualTo(new[] { 200, 200, 200, 429, 200 }));
    }
}
