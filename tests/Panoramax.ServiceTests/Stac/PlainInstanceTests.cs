namespace Panoramax.ServiceTests.Stac;

/// <summary>An instance without license, provider and texts of its own.</summary>
internal sealed class PlainInstanceTests : StacFixture
{
    [Test]
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
    public async Task The_configuration_says_that_there_is_no_login()
    {
        var configuration = await Nobody.Get("configuration");

        Assert.Multiple(() =>
        {
            IsJson(configuration["auth"], """{"enabled":false}""");
            IsJson(configuration["license"], """{"id":"proprietary"}""");
            Assert.That(configuration["name"]!["label"]!.GetValue<string>(), Is.EqualTo("Panoramax"));
            Assert.That(configuration["color"]!.GetValue<string>(), Is.EqualTo("#5e499c"));
            Assert.That(configuration["email"]!.GetValue<string>(), Is.EqualTo("panoramax@panoramax.fr"));
            Assert.That(Members(configuration["defaults"]), Has.Length.EqualTo(6));
        });
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
