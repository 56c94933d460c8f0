namespace Panoramax.ServiceTests.Stac;

/// <summary>An instance without license, provider and texts of its own.</summary>
internal sealed class PlainInstanceTests : StacFixture
{
    [Test]
    [Property("Contract", "read.md 23.4")]
    public async Task Without_a_license_no_answer_has_the_link()
    {
        var journey = await Host.Add(Bob, Journey.OfFive360());

        Assert.Multiple(async () =>
        {
            Assert.That(Rels((await Nobody.Get("")).Json), Has.None.EqualTo("license"));
            Assert.That(Rels((await Nobody.Get($"collections/{journey.Id}")).Json), Is.EqualTo((string[])["items", "parent", "root", "self"]));
            var item = await Nobody.Get($"collections/{journey.Id}/items/{journey[1].Id}");
            Assert.That(Rels(item.Json), Is.EqualTo((string[])["root", "parent", "self", "collection", "next", "prev"]));
            Assert.That(item["properties"]!["license"]!.GetValue<string>(), Is.EqualTo("proprietary"));
        });
    }

    [Test]
    [Property("Contract", "read.md 23.7")]
    public async Task The_configuration_says_that_there_is_no_login()
    {
        var configuration = await Nobody.Get("configuration");

        var own = configuration["panoramax_net_version"]!.GetValue<string>();
        IsJson(configuration.Json, $$"""
            {"auth":{"enabled":false},"license":{"id":"proprietary"},"color":"#5e499c","email":"panoramax@panoramax.fr",
             "name":{"label":"Panoramax","langs":{"en":"Panoramax"} },
             "description":{"label":"Street-level pictures that everybody may use and add to","langs":{"en":"Street-level pictures that everybody may use and add to"} },
             "geo_coverage":{"label":"The whole world","langs":{"en":"The whole world"} },
             "logo":"{{Host.Process.Address}}static/img/logo.svg","pages":[],"version":"2.11.0","panoramax_net_version":"{{own}}","panoramax_net_blurring":"none",
             "defaults":{"collaborative_metadata":null,"default_visibility":"anyone","duplicate_distance":1,"duplicate_rotation":60,"split_distance":100,"split_time":300},
             "visibility":{"possible_values":["anyone","logged-only","owner-only"]} }
            """);
    }

    [TestCase("users/me/collection")]
    [TestCase("users/me/catalog")]
    [TestCase("users/me/map/style.json")]
    [TestCase("users/me/map/0/0/0.mvt")]
    public async Task Routes_of_the_caller_are_403_where_nobody_can_log_in(string path)
    {
        var answer = await Nobody.Get(path);

        Assert.That(answer.Code, Is.EqualTo(403));
        Assert.That(Members(answer.Json), Is.EqualTo((string[])["message"]));
    }

    [TestCase("Instance__License__SpdxId", "etalab-2.0", "Instance:License")]
    [TestCase("Instance__Logo", "logo.svg", "Instance:Logo")]
    [TestCase("Instance__DefaultVisibility", "everybody", "Instance:DefaultVisibility")]
    [TestCase("Storage__PublicPermanentUrl", "store", "Storage:PublicPermanentUrl")]
    public async Task A_wrong_setting_ends_the_start_with_a_sentence_that_names_it(string key, string value, string named)
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => StacHost.Start((key, value)));

        Assert.That(error!.Message, Does.Contain(named));
    }
}
