using CreditGrains.LocalCluster;

return await ClusterCommand.RunAsync(args, Console.Out, Console.Error);
