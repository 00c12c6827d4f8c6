namespace GrpoAnalyzers.Graph.Reading;

/// <summary>What every place holds at one point of the reading.</summary>
internal sealed class State
{
    private Dictionary<Place, Node> values;

    public State() => values = [];

    private State(Dictionary<Place, Node> values, bool isDisabled)
    {
        this.values = values;
        IsDisabled = isDisabled;
    }

    /// <summary>True on a path that the options' defaults do not take.</summary>
    public bool IsDisabled { get; set; }

    public IEnumerable<KeyValuePair<Place, Node>> Values => values;

    public Node? this[Place place] => values.TryGetValue(place, out var node) ? node : null;

    public void Set(Place place, Node node) => values[place] = node;

    public State Clone() => new(new Dictionary<Place, Node>(values), IsDisabled);

    /// <summary>Becomes what another state is, for the holder of a reference to this one.</summary>
    public void Become(State other)
    {
        values = other.values;
        IsDisabled = other.IsDisabled;
    }

    /// <summary>Every place that holds this very occurrence holds the other one now: a tensor was changed in place.</summary>
    public bool Replace(Node held, Node replacement)
    {
        List<Place>? holders = null;
        foreach (var entry in values)
        {
            if (ReferenceEquals(entry.Value, held))
            {
                (holders ??= []).Add(entry.Key);
            }
        }

        foreach (var holder in holders ?? [])
        {
            values[holder] = replacement;
        }

        return holders is not null;
    }

    public bool Holds(Node node)
    {
        foreach (var value in values.Values)
        {
            if (ReferenceEquals(value, node))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether anything is known of an object's members.</summary>
    public bool HoldsMemberOf(int owner)
    {
        foreach (var place in values.Keys)
        {
            if (place.Owner == owner)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Forgets the locals of a frame that has ended.</summary>
    public void Forget(Frame frame)
    {
        var ended = new List<Place>();
        foreach (var place in values.Keys)
        {
            if (place.Owner == -frame.Id)
            {
                ended.Add(place);
            }
        }

        foreach (var place in ended)
        {
            values.Remove(place);
        }
    }
}
