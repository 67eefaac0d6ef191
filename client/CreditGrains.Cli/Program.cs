using System.Text;
using CreditGrains.Cli.Commands;
using CreditGrains.Cli.Terminal;

// GBK and its kin, in which departments still write.
Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
};
return await CreditCommand.RunAsync(args, Surroundings.OfProcess(), stop.Token);
