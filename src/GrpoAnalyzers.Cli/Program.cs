using GrpoAnalyzers.Cli.Commands;

return await GrpoCommand.RunAsync(args);
