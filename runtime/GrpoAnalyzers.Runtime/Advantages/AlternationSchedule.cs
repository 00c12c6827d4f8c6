namespace GrpoAnalyzers.Runtime;

/// <summary>Who is trained.</summary>
public enum RubricParty
{
    /// <summary>The judge; rubrics are cached.</summary>
    Judge,

    /// <summary>The generator of rubrics; the judge is frozen.</summary>
    Generator,
}

/// <summary>The turns of Rubric-ARM (2602.01511): one party is trained while the other is frozen. The paper lets the judge begin.</summary>
public sealed record AlternationSchedule
{
    /// <summary>A schedule.</summary>
    /// <param name="judgeSteps">Steps of a turn of the judge.</param>
    /// <param name="generatorSteps">Steps of a turn of the generator.</param>
    /// <param name="judgeFirst">Whether the judge begins.</param>
    public AlternationSchedule(int judgeSteps, int generatorSteps, bool judgeFirst = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(judgeSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(generatorSteps, 1);
        (JudgeSteps, GeneratorSteps, JudgeFirst) = (judgeSteps, generatorSteps, judgeFirst);
    }

    /// <summary>Steps of a turn of the judge.</summary>
    public int JudgeSteps { get; }

    /// <summary>Steps of a turn of the generator.</summary>
    public int GeneratorSteps { get; }

    /// <summary>Whether the judge begins.</summary>
    public bool JudgeFirst { get; }

    /// <summary>Who may step.</summary>
    /// <param name="step">Counted from 0.</param>
    public RubricParty At(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        var first = JudgeFirst ? JudgeSteps : GeneratorSteps;
        return step % (JudgeSteps + GeneratorSteps) < first == JudgeFirst ? RubricParty.Judge : RubricParty.Generator;
    }
}
