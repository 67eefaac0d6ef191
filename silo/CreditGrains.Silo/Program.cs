using CreditGrains.Silo;

return await ServerCommand.RunAsync(args, Console.Out, Console.Error);
