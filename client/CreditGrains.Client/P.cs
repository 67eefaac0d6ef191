namespace CreditGrains.Client; internal static class P;
