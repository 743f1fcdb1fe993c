package org.postseal.gateway.admin.cli.setup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postseal.certstore.Domain;
import org.postseal.gateway.admin.cli.postfix.GatewayPlaces;
import org.postseal.gateway.admin.cli.setup.Answers.Authority;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.rollout.RolloutFile;
import org.postseal.gateway.config.ConfigReader;
import org.postseal.gateway.config.ConfigResult;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.PolicyFile;
import org.postseal.gateway.mail.Peer.Role;
import org.postseal.policy.deciding.RuleSet;

/** Writes the files of the configuration, or judges those that somebody else has written. */
final class ConfigFiles {
    private final SetupPlaces places;
    private final Answers answers;
    private final SetupPorts ports;
    private final Optional<RemoteWay> remote;
    final SetupFile config;
    final SetupFile policy;
    final SetupFile policyTests;

    /**
     * @param hostName the name of the machine, as Postfix has it; empty if it is not known
     * @param remote the mail servers on other machines; empty if a Postfix on this one is around the gateway
     */
    ConfigFiles(SetupPlaces places, Answers answers, SetupPorts ports, String hostName, Optional<RemoteWay> remote) {
        this.places = places;
        this.answers = answers;
        this.ports = ports;
        this.remote = remote;
        String shippedConfig = SetupFile.brought("postseal.yaml");
        config = new SetupFile(places.config(), shippedConfig, configuration(shippedConfig, hostName));
        String domains = answers.domains().stream().map(Domain::text).collect(Collectors.joining(", "));
        Domain first = answers.domains().isEmpty()
                ? Domain.of("example.com")
                : answers.domains().getFirst();
        policy = new SetupFile(
                places.policy(),
                SetupFile.brought("policy.yaml"),
                SetupFile.brought("first-policy.yaml")
                        .replace("[example.com]", "[" + domains + "]")
                        .replace("postmaster@example.com", "postmaster@" + first.ascii()));
        policyTests = new SetupFile(
                places.policyTests(),
                SetupFile.brought("policy.test.yaml"),
                SetupFile.brought("first-policy.test.yaml").replace("example.com", first.text()));
    }

    private String configuration(String shipped, String hostName) {
        String text = ports.in(shipped)
                .replace("/var/lib/postseal/", folder(places.state()))
                .replace("/var/log/postseal/", folder(places.log()))
                .replace("collections: [partners]", "collections: [" + OWN + ", partners]");
        String named = hostName.isEmpty() ? text : text.replace("#hostName: gw.example.com", "hostName: " + hostName);
        return remote.map(way -> NEARBY.matcher(named).replaceFirst(Matcher.quoteReplacement(way.yaml())))
                .orElse(named);
    }

    private String folder(Path place) {
        return place.equals(places.config().getParent()) ? "" : place + "/";
    }

    /** Returns the domains of a policy that somebody has written, or an earlier setup; none if there is none. */
    static List<Domain> domainsOf(SetupPlaces places) {
        SetupFile file = new SetupFile(places.policy(), SetupFile.brought("policy.yaml"), "");
        Optional<RuleSet> rules =
                file.isDone() ? PolicyFile.read(places.policy()).compile().value() : Optional.empty();
        return rules.stream()
                .flatMap(each -> each.internal().written().stream())
                .filter(each -> !each.below())
                .map(each -> each.domain())
                .toList();
    }

    /** Returns the ports of a configuration that somebody has written, or an earlier setup; none if there is none. */
    static Map<String, Integer> portsOf(SetupPlaces places) {
        Map<String, Integer> ports = new HashMap<>();
        present(places).ifPresent(config -> {
            config.listeners()
                    .forEach(each -> ports.put(
                            each.role() == Role.BOTH ? SetupPorts.INBOUND : Options.word(each.role()),
                            each.address().getPort()));
            GatewayPlaces.of(config).nextHops().stream()
                    .findFirst()
                    .ifPresent(hop -> ports.put(SetupPorts.BACK, hop.getPort()));
            config.metrics().address().ifPresent(at -> ports.put(SetupPorts.METRICS, at.getPort()));
            ports.put(SetupPorts.CONSOLE, config.console().address().getPort());
        });
        return ports;
    }

    /** Returns where such a configuration has the gateway take mail and hand it on. */
    static Optional<GatewayPlaces> gatewayOf(SetupPlaces places) {
        return present(places).map(GatewayPlaces::of);
    }

    private static Optional<GatewayConfig> present(SetupPlaces places) {
        return new SetupFile(places.config(), SetupFile.brought("postseal.yaml"), "").isDone()
                ? loaded(places)
                : Optional.empty();
    }

    /** Returns where the gateway takes mail, by the configuration that is there or by the one that shall be. */
    GatewayPlaces gateway() {
        return config.state() == SetupFile.State.CHANGED
                ? gatewayOf(places).filter(ConfigFiles::isAroundPostfix).orElseGet(ports::places)
                : ports.places();
    }

    /** Returns the files with secrets that {@code postseal.yaml} names if setup has written it. */
    List<RolloutFile> secrets() {
        return config.state() == SetupFile.State.CHANGED
                ? List.of()
                : remote.map(RemoteWay::secrets).orElse(List.of());
    }

    /** Returns true if {@code postseal.yaml} can be read, or is not there yet. */
    boolean isReadable() {
        return config.state() != SetupFile.State.CHANGED || loaded(places).isPresent();
    }

    /** Tells why files that somebody has written do not serve. */
    void judge(SetupProblems problems) {
        if (config.state() == SetupFile.State.CHANGED) {
            List<String> missing =
                    loaded(places).map(this::missing).orElse(List.of("it has errors: see postseal check"));
            if (!missing.isEmpty()) {
                stays(problems, config, String.join("; ", missing));
            }
        }
        if (policy.state() == SetupFile.State.CHANGED) {
            List<Domain> known = domainsOf(places);
            String lacking = answers.domains().stream()
                    .filter(each -> !known.contains(each))
                    .map(Domain::text)
                    .collect(Collectors.joining(", "));
            if (known.isEmpty()) {
                stays(problems, policy, "it has errors, or no internal: see postseal policy check");
            } else if (!lacking.isEmpty()) {
                stays(problems, policy, "internal lacks " + lacking);
            }
        }
    }

    private static void stays(SetupProblems problems, SetupFile file, String why) {
        problems.add(
                ExitCode.CONFIG,
                file.file() + " has been changed, and stays as it is: " + why,
                "correct it, or move it away");
    }

    private List<String> missing(GatewayConfig present) {
        List<String> missing = new ArrayList<>();
        if (present.directory().database().isEmpty()
                || present.directory().masterKey().isEmpty()) {
            missing.add("directory needs database: " + places.database() + " and masterKey: " + places.masterKey());
        }
        if (answers.authority() != Authority.LATER
                && !present.directory().trustCollections().contains(OWN)) {
            missing.add("trust.collections needs " + OWN);
        }
        if (remote.isEmpty() && !isAroundPostfix(GatewayPlaces.of(present))) {
            missing.add("it needs a listener with role: submission, one with role: inbound, and a nextHop here");
        }
        return missing;
    }

    private static boolean isAroundPostfix(GatewayPlaces there) {
        return there.addressOf(Role.SUBMISSION).isPresent()
                && there.addressOf(Role.INBOUND).isPresent()
                && !there.nextHops().isEmpty();
    }

    private static Optional<GatewayConfig> loaded(SetupPlaces places) {
        return ConfigReader.read(places.config()) instanceof ConfigResult.Loaded loaded
                ? Optional.of(loaded.config())
                : Optional.empty();
    }

    /** This collection has the issuers of our own users' certificates. */
    static final String OWN = "own";

    /** Matches what the package's file has for a Postfix on the same machine. */
    private static final Pattern NEARBY = Pattern.compile("(?ms)^# The port tells.*?^nextHop:[^\\n]*\\n");
}
