namespace AdditionGrpo;

/// <summary>When the last completion of a group gives way to the right answer.</summary>
internal enum Demonstrate
{
    /// <summary>Never: the policy learns from what it sampled.</summary>
    Never,

    /// <summary>In groups without a reward, which teach nothing otherwise (GCPO).</summary>
    WhereAllFail,

    /// <summary>In every group (LUFFY).</summary>
    InEveryGroup,
}
