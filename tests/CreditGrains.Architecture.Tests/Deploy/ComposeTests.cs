using CreditGrains.Testing;

namespace CreditGrains.Architecture.Tests.Deploy;

/// <summary>deploy/compose: what is referred to exists, images are pinned, settings are the server's.</summary>
public sealed class ComposeTests
{
    private const string File = "deploy/compose/compose.yaml";

    private static readonly Yaml Compose = Yaml.Read(File)[0];

    private static IReadOnlyDictionary<string, Yaml> Services => Compose["services"].Fields;

    [Fact]
    public void Images_are_pinned() =>
        Assert.All(Services.Values, service => Assert.True(DeployedSettings.IsPinned(service["image"].Text), service["image"].Text));

    [Fact]
    public void Image_of_the_silos_has_the_version_of_this_program()
    {
        var version = typeof(Silo.CreditServer).Assembly.GetName().Version!.ToString(3);
        var images = Services.Values.Select(service => service["image"].Text)
            .Concat(Repository.Files.Where(file => file.StartsWith("deploy/kubernetes/", StringComparison.Ordinal))
                .SelectMany(Yaml.Read).SelectMany(document => document.All).Select(node => node["image"].Text))
            .Where(image => image.StartsWith("creditgrains/", StringComparison.Ordinal)).ToList();
        Assert.True(images.Count >= 6);
        Assert.All(images, image => Assert.Equal($"creditgrains/silo:{version}", image));
    }

    [Fact]
    public void Settings_are_the_servers()
    {
        foreach (var (name, service) in Services)
        {
            var variables = service["environment"].Fields.ToDictionary(pair => pair.Key, pair => pair.Value.Text);

            // The issuer is the operator's: compose asks for it.
            foreach (var asked in variables.Where(pair => pair.Value.StartsWith("${", StringComparison.Ordinal)).ToList())
            {
                Assert.Contains(":?", asked.Value, StringComparison.Ordinal);
                variables[asked.Key] = "https://login.example.org";
            }

            Assert.Empty(DeployedSettings.Mistakes($"{File}, {name}", variables));
        }

        Assert.Equal(3, Services.Count(service => service.Value["environment"]["CREDIT__CLUSTER__NAME"].IsThere));
    }

    [Fact]
    public void Secrets_volumes_networks_configs_and_services_that_are_named_exist()
    {
        foreach (var (name, service) in Services)
        {
            Assert.Empty(service["secrets"].Names.Except(Compose["secrets"].Names));
            Assert.Empty(service["networks"].Names.Except(Compose["networks"].Names));
            Assert.Empty(service["depends_on"].Names.Except(Services.Keys));
            Assert.Empty(service["configs"].Items.Select(config => config["source"].Text).Except(Compose["configs"].Names));
            var mounted = service["volumes"].Names.Select(volume => volume.Split(':')[0]).ToList();
            Assert.Empty(mounted.Where(volume => !volume.StartsWith('.')).Except(Compose["volumes"].Names));
            Assert.All(mounted.Where(volume => volume.StartsWith('.')), volume => Assert.True(Directory.Exists(Below(volume)), volume));
            var files = service["environment"].Fields.Values.Concat(service["command"].Items).Select(node => node.Text)
                .Where(text => text.StartsWith("/run/secrets/", StringComparison.Ordinal)).Select(text => text["/run/secrets/".Length..]);
            Assert.True(!files.Except(service["secrets"].Names).Any(), $"{name} reads a secret that it is not given");
        }

        Assert.All(
            Compose["configs"].Fields.Values,
            config => Assert.True(System.IO.File.Exists(Below(config["file"].Text)), config["file"].Text));
    }

    [Fact]
    public void Secrets_are_made_by_the_script()
    {
        var script = Repository.Read("deploy/compose/secrets.sh");
        foreach (var secret in Compose["secrets"].Names)
        {
            var made = secret.EndsWith("-connection", StringComparison.Ordinal)
                ? script.Contains("make \"$role-connection\"", StringComparison.Ordinal)
                : script.Contains(secret, StringComparison.Ordinal);
            Assert.True(made, secret);
        }
    }

    [Fact]
    public void Silos_advertise_the_address_that_they_have_in_their_network()
    {
        foreach (var service in Services.Values.Where(service => service["environment"]["CREDIT__CLUSTER__NAME"].IsThere))
        {
            Assert.Equal(service["networks"]["silos"]["ipv4_address"].Text, service["environment"]["CREDIT__CLUSTER__ADVERTISE"].Text);
            Assert.EndsWith(":8080", Assert.Single(service["ports"].Names), StringComparison.Ordinal);
            Assert.EndsWith(":8080", service["environment"]["CREDIT__URLS"].Text, StringComparison.Ordinal);
        }

        Assert.True(Services.Where(service => !service.Key.StartsWith("silo", StringComparison.Ordinal))
            .All(service => !service.Value["networks"].Names.Contains("silos")));
    }

    [Fact]
    public void Telemetry_goes_through_the_collector_to_Prometheus()
    {
        var collector = Yaml.Read("deploy/compose/collector.yaml")[0];
        var takes = collector["receivers"]["otlp"]["protocols"]["grpc"]["endpoint"].Text.Split(':')[1];
        Assert.All(
            Services.Values.Where(service => service["environment"]["CREDIT__TELEMETRY__ENDPOINT"].IsThere),
            service => Assert.Equal($"http://collector:{takes}", service["environment"]["CREDIT__TELEMETRY__ENDPOINT"].Text));
        foreach (var pipeline in collector["service"]["pipelines"].Fields.Values)
        {
            Assert.Empty(pipeline["receivers"].Names.Except(collector["receivers"].Names));
            Assert.Empty(pipeline["processors"].Names.Except(collector["processors"].Names));
            Assert.Empty(pipeline["exporters"].Names.Except(collector["exporters"].Names));
        }

        var offers = collector["exporters"]["prometheus"]["endpoint"].Text.Split(':')[1];
        var scraped = Yaml.Read("deploy/prometheus/prometheus.yaml")[0]["scrape_configs"].Items[0]["static_configs"].Items[0]["targets"];
        Assert.Equal($"collector:{offers}", Assert.Single(scraped.Names));
    }

    private static string Below(string path) => Path.Combine(Repository.Root, "deploy", "compose", path);
}
