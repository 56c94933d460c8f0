using Panoramax.Domain.Accounts;
using Panoramax.Domain.Pictures;

namespace Panoramax.UnitTests.Domain;

[Parallelizable(ParallelScope.All)]
public sealed class VisibilityTests
{
    private static readonly Guid Owner = Guid.Parse("c2a4b7de-1111-4f6a-9f4e-2f6f1f3f7a01");

    [TestCase(null, true, true, true, true)]
    [TestCase(Visibility.Anyone, true, true, true, true)]
    [TestCase(Visibility.LoggedOnly, false, true, true, true)]
    [TestCase(Visibility.OwnerOnly, false, false, true, true)]
    [TestCase("a value of a later version", false, false, true, true, Description = "what is not understood is not shown")]
    public void Who_sees_what(string? visibility, bool anonymous, bool other, bool owner, bool admin)
    {
        Assert.That(Visibility.IsVisible(visibility, Owner, Caller.Anonymous), Is.EqualTo(anonymous));
        Assert.That(Visibility.IsVisible(visibility, Owner, new Caller(Guid.CreateVersion7(), IsAdmin: false)), Is.EqualTo(other));
        Assert.That(Visibility.IsVisible(visibility, Owner, new Caller(Owner, IsAdmin: false)), Is.EqualTo(owner));
        Assert.That(Visibility.IsVisible(visibility, Owner, new Caller(Guid.CreateVersion7(), IsAdmin: true)), Is.EqualTo(admin));
    }

    [Test]
    public void Anonymous_callers_own_nothing()
    {
        Assert.That(Caller.Anonymous.IsLoggedIn, Is.False);
        Assert.That(Caller.Anonymous.Owns(Guid.Empty), Is.False);
        Assert.That(Caller.Anonymous.MayEdit(Owner), Is.False);
    }

    [Test]
    public void Owners_and_administrators_may_edit()
    {
        Assert.That(new Caller(Owner, IsAdmin: false).MayEdit(Owner), Is.True);
        Assert.That(new Caller(Guid.CreateVersion7(), IsAdmin: true).MayEdit(Owner), Is.True);
        Assert.That(new Caller(Guid.CreateVersion7(), IsAdmin: false).MayEdit(Owner), Is.False);
    }

    [TestCase(PreparingStatus.NotProcessed, "waiting-for-process")]
    [TestCase(PreparingStatus.Prepared, "ready")]
    [TestCase(PreparingStatus.Broken, "broken")]
    public void The_public_status_of_a_picture_follows_from_its_preparation(string preparing, string status) =>
        Assert.That(PreparingStatus.ToPublicStatus(preparing), Is.EqualTo(status));
}
