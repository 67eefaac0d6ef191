using CreditGrains.Testing;

namespace CreditGrains.Architecture.Tests.Deploy;

/// <summary>
/// deploy/kubernetes: selectors, ports, volumes, secrets and probes refer to what exists; pods have no rights that they need not.
/// </summary>
public sealed class KubernetesTests
{
    private const string Folder = "deploy/kubernetes/";

    private static readonly IReadOnlyList<string> Files =
        [.. Repository.Files.Where(file => file.StartsWith(Folder, StringComparison.Ordinal))];

    private static readonly IReadOnlyList<Yaml> All = [.. Files.SelectMany(Yaml.Read)];

    private static Yaml Silos => Of("StatefulSet").Single();

    private static IEnumerable<Yaml> Templates => Of("StatefulSet").Concat(Of("Job")).Select(owner => owner["spec"]["template"]);

    private static IEnumerable<Yaml> Containers => Templates.SelectMany(template => template["spec"]["containers"].Items);

    [Fact]
    public void Kustomizations_name_every_file_and_no_other()
    {
        foreach (var file in Files.Where(file => file.EndsWith("/kustomization.yaml", StringComparison.Ordinal)))
        {
            var folder = file[..file.LastIndexOf('/')];
            var named = Yaml.Read(file)[0]["resources"].Names;
            Assert.All(
                named.Where(name => !name.EndsWith(".yaml", StringComparison.Ordinal)),
                name => Assert.True(Directory.Exists(Path.Combine(Repository.Root, folder, name)), name));
            Assert.Equal(
                Files.Where(other => other != file && other[..other.LastIndexOf('/')] == folder).Select(Path.GetFileName).Order(),
                named.Where(name => name.EndsWith(".yaml", StringComparison.Ordinal)).Order());
        }
    }

    [Fact]
    public void Images_are_pinned() =>
        Assert.All(Containers, container => Assert.True(DeployedSettings.IsPinned(container["image"].Text), container["image"].Text));

    [Fact]
    public void Settings_are_the_servers()
    {
        Assert.Empty(DeployedSettings.Mistakes("base", Literals));
        foreach (var container in Containers)
        {
            // The address of a pod is known when it runs.
            var variables = container["env"].Items
                .Select(one => KeyValuePair.Create(one["name"].Text, one["value"].IsThere ? one["value"].Text : "10.0.0.11"));
            Assert.Empty(DeployedSettings.Mistakes(container["name"].Text, variables));
        }

        Assert.All(
            Containers.SelectMany(container => container["envFrom"].Items).Select(from => from["configMapRef"]["name"].Text),
            name => Assert.Contains(name, All.SelectMany(one => one["configMapGenerator"].Items).Select(map => map["name"].Text)));
    }

    [Fact]
    public void Selectors_find_the_pods()
    {
        var pod = Labels(Silos["spec"]["template"]["metadata"]["labels"]);
        var selectors = Of("Service").Select(service => service["spec"]["selector"])
            .Concat(Of("PodDisruptionBudget").Select(budget => budget["spec"]["selector"]["matchLabels"]))
            .Concat(Of("NetworkPolicy").Select(policy => policy["spec"]["podSelector"]["matchLabels"]))
            .Concat(Of("NetworkPolicy").SelectMany(policy => policy.All).Select(node => node["podSelector"]["matchLabels"])
                .Where(labels => labels.IsThere))
            .Append(Silos["spec"]["selector"]["matchLabels"]).ToList();
        Assert.True(selectors.Count >= 6);
        Assert.All(selectors, selector =>
        {
            Assert.NotEmpty(selector.Names);
            Assert.Subset(pod.ToHashSet(), Labels(selector).ToHashSet());
        });
    }

    [Fact]
    public void Ports_are_those_that_the_server_listens_on()
    {
        var ports = Silos["spec"]["template"]["spec"]["containers"].Items[0]["ports"].Items
            .ToDictionary(port => port["name"].Text, port => port["containerPort"].Text);
        var settings = Literals.ToDictionary(pair => pair.Key, pair => pair.Value);
        Assert.EndsWith($":{ports["http"]}", settings["CREDIT__URLS"], StringComparison.Ordinal);
        Assert.Equal(settings["CREDIT__CLUSTER__SILOPORT"], ports["silo"]);
        Assert.Equal(settings["CREDIT__CLUSTER__GATEWAYPORT"], ports["gateway"]);
        Assert.Empty(Of("Service").SelectMany(service => service["spec"]["ports"].Items).Select(port => port["targetPort"].Text)
            .Except(ports.Keys));
        Assert.Contains(Silos["spec"]["serviceName"].Text, Of("Service").Select(NameOf));
    }

    [Fact]
    public void Ports_between_silos_are_closed_to_all_others()
    {
        var rules = Of("NetworkPolicy").Single()["spec"]["ingress"].Items;
        foreach (var rule in rules.Where(rule => !rule["from"].IsThere))
            Assert.Equal(["http"], rule["ports"].Items.Select(port => port["port"].Text));
        var inner = rules.Single(rule => rule["from"].IsThere);
        Assert.Equal(["silo", "gateway"], inner["ports"].Items.Select(port => port["port"].Text));
    }

    [Fact]
    public void Probes_ask_endpoints_that_exist()
    {
        var paths = Repository.Read("docs/openapi.json");
        var container = Silos["spec"]["template"]["spec"]["containers"].Items[0];
        foreach (var probe in (string[])["startupProbe", "readinessProbe", "livenessProbe"])
        {
            var path = container[probe]["httpGet"]["path"].Text;
            Assert.Contains($"\"{path}\"", paths, StringComparison.Ordinal);
            Assert.Equal("http", container[probe]["httpGet"]["port"].Text);
        }

        Assert.Equal("/readyz", container["readinessProbe"]["httpGet"]["path"].Text);
        Assert.Equal("/livez", container["livenessProbe"]["httpGet"]["path"].Text);
    }

    [Fact]
    public void Volumes_and_secrets_that_are_named_exist()
    {
        var page = Repository.Read("docs/operations.md");
        var claims = Silos["spec"]["volumeClaimTemplates"].Items.Select(NameOf).ToList();
        foreach (var pod in Templates.Select(template => template["spec"]))
        {
            var volumes = pod["volumes"].Items.Select(volume => volume["name"].Text).Concat(claims).ToList();
            foreach (var container in pod["containers"].Items)
            {
                Assert.Empty(container["volumeMounts"].Items.Select(mount => mount["name"].Text).Except(volumes));
                var mounts = container["volumeMounts"].Items.Select(mount => mount["mountPath"].Text + "/").ToList();
                var files = container["env"].Items.Select(one => one["value"].Text)
                    .Concat(container["envFrom"].IsThere ? Literals.Select(pair => pair.Value) : [])
                    .Where(value => value.StartsWith("/run/", StringComparison.Ordinal)
                        || value.StartsWith("/data", StringComparison.Ordinal));
                Assert.All(files, file => Assert.Contains(mounts, mount => (file + "/").StartsWith(mount, StringComparison.Ordinal)));
            }

            var secrets = pod["volumes"].Items.Select(volume => volume["secret"]["secretName"].Text).Where(name => name.Length > 0);
            Assert.All(secrets, secret => Assert.Contains($"| `{secret}` |", page, StringComparison.Ordinal));
        }

        Assert.Contains(Silos["spec"]["template"]["spec"]["serviceAccountName"].Text, Of("ServiceAccount").Select(NameOf));
    }

    [Fact]
    public void Pods_run_without_rights_that_they_need_not()
    {
        foreach (var pod in Templates.Select(template => template["spec"]))
        {
            Assert.Equal("false", pod["automountServiceAccountToken"].Text);
            Assert.Equal("true", pod["securityContext"]["runAsNonRoot"].Text);
            Assert.Equal("RuntimeDefault", pod["securityContext"]["seccompProfile"]["type"].Text);
        }

        foreach (var container in Containers)
        {
            Assert.Equal("false", container["securityContext"]["allowPrivilegeEscalation"].Text);
            Assert.Equal("true", container["securityContext"]["readOnlyRootFilesystem"].Text);
            Assert.Equal(["ALL"], container["securityContext"]["capabilities"]["drop"].Names);
            Assert.True(container["resources"]["limits"]["memory"].IsThere);
        }
    }

    [Fact]
    public void Stop_has_more_time_than_the_server_takes()
    {
        var pod = Silos["spec"]["template"]["spec"];
        var seconds = int.Parse(pod["terminationGracePeriodSeconds"].Text, System.Globalization.CultureInfo.InvariantCulture);
        var pause = int.Parse(
            pod["containers"].Items[0]["lifecycle"]["preStop"]["sleep"]["seconds"].Text, System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(seconds - pause >= 2 * Silo.ServerHost.ShutdownMax.TotalSeconds);
        Assert.Equal("1", Of("PodDisruptionBudget").Single()["spec"]["maxUnavailable"].Text);
    }

    private static IEnumerable<KeyValuePair<string, string>> Literals => All
        .SelectMany(one => one["configMapGenerator"].Items).SelectMany(map => map["literals"].Names)
        .Select(literal => literal.Split('=', 2)).Select(parts => KeyValuePair.Create(parts[0], parts[1]));

    private static IEnumerable<Yaml> Of(string kind) => All.Where(one => one["kind"].Text == kind);

    private static string NameOf(Yaml resource) => resource["metadata"]["name"].Text;

    private static IEnumerable<string> Labels(Yaml labels) => labels.Fields.Select(pair => $"{pair.Key}={pair.Value.Text}");
}
