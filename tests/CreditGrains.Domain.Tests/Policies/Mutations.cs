using System.Collections;
using System.Reflection;

namespace CreditGrains.Domain.Tests.Policies;

/// <summary>
/// Every single change of a part of the model: each property of each record within it, by reflection, so that a property added later is
/// changed too. A property without a value cannot be changed, which fails the test that asked: give it one in the sample.
/// </summary>
internal static class Mutations
{
    private static readonly NullabilityInfoContext Nullability = new();

    public static IEnumerable<(string Place, T Changed)> Of<T>(T sample)
        where T : class => Of(sample, "").Select(change => (change.Place, (T)change.Changed!));

    private static IEnumerable<(string Place, object? Changed)> Of(object value, string place) => value switch
    {
        string text => [(place, text + "x")],
        bool flag => [(place, !flag)],
        int number => [(place, number + 1)],
        long number => [(place, number + 1)],
        decimal number => [(place, number + 1)],
        Enum member => [(place, OtherThan(member))],
        IDictionary map => OfMap(map, place),
        IEnumerable list => OfList([.. list.Cast<object>()], list.GetType(), place),
        _ => OfRecord(value, place),
    };

    private static object OtherThan(Enum member)
    {
        var all = Enum.GetValues(member.GetType());
        return all.GetValue((Array.IndexOf(all, member) + 1) % all.Length)!;
    }

    private static IEnumerable<(string, object?)> OfMap(IDictionary map, string place)
    {
        Assert.True(map.Count > 0, $"{place} is empty");
        var key = map.Keys.Cast<object>().First();
        foreach (var (inner, changed) in Of(map[key]!, $"{place}/{key}"))
            yield return (inner, With(copy => copy[key] = changed));
        yield return ($"{place} less one", With(copy => copy.Remove(key)));

        IDictionary With(Action<IDictionary> change)
        {
            var copy = (IDictionary)Activator.CreateInstance(map.GetType())!;
            foreach (DictionaryEntry entry in map)
                copy[entry.Key] = entry.Value;
            change(copy);
            return copy;
        }
    }

    private static IEnumerable<(string, object?)> OfList(object[] items, Type type, string place)
    {
        Assert.True(items.Length > 0, $"{place} is empty");
        var element = type.GetInterfaces().Append(type)
            .First(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IEnumerable<>)).GetGenericArguments()[0];
        foreach (var (inner, changed) in Of(items[0], $"{place}/0"))
            yield return (inner, Typed([changed!, .. items[1..]]));
        yield return ($"{place} less one", Typed(items[1..]));

        Array Typed(object[] all)
        {
            var typed = Array.CreateInstance(element, all.Length);
            all.CopyTo(typed, 0);
            return typed;
        }
    }

    private static IEnumerable<(string, object?)> OfRecord(object record, string place)
    {
        var clone = record.GetType().GetMethod("<Clone>$");
        Assert.True(clone is not null, $"{place}: {record.GetType().Name} is not a record");
        foreach (var property in record.GetType().GetProperties().Where(property => property.CanWrite))
        {
            var inner = $"{place}/{property.Name}";
            var value = property.GetValue(record);
            Assert.True(value is not null, $"{inner} has no value in the sample");
            foreach (var (at, changed) in Of(value, inner))
                yield return (at, With(property, changed));
            if (Nullability.Create(property).ReadState == NullabilityState.Nullable)
                yield return ($"{inner} to null", With(property, null));
        }

        object With(PropertyInfo property, object? value)
        {
            var copy = clone!.Invoke(record, null)!;
            property.SetValue(copy, value);
            return copy;
        }
    }
}
