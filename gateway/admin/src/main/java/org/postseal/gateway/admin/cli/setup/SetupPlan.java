package org.postseal.gateway.admin.cli.setup;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.Domain;
import org.postseal.gateway.admin.cli.postfix.PostfixWish;
import org.postseal.gateway.admin.cli.postfix.Unsafe;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.config.HostPort;

/** Finds out what a setup has to do, and what stands in its way. Nothing is written. Not thread-safe. */
final class SetupPlan {
    private final Site site;
    private final SetupOptions options;
    private final SetupProblems problems;
    private final Optional<PostfixSide> postfix;
    private final SetupPorts ports;
    private final Answers answers;
    private final Optional<RemoteWay> remote;
    private final ConfigFiles files;
    private final GatewaySteps gateway;
    private final PostfixWish wish;

    private SetupPlan(Site site, SetupOptions options, Questions questions, SetupProblems problems) {
        SetupPlaces places = site.places();
        this.site = site;
        this.options = options;
        this.problems = problems;
        this.postfix = options.isRemote()
                ? Optional.empty()
                : Optional.of(new PostfixSide(site.machine(), Optional.ofNullable(options.postfix), places));
        this.ports = SetupPorts.of(options, present(), problems);
        this.answers = questions.answers(known(), Files.exists(places.authority()));
        this.remote = remote(questions);
        this.files = new ConfigFiles(
                places, answers, ports, postfix.map(PostfixSide::hostName).orElse(""), remote);
        this.gateway = new GatewaySteps(site, answers, files);
        this.wish = new PostfixWish(
                files.gateway(), answers.domains(), ports.number(SetupPorts.SENT_ON), ports.number(SetupPorts.USERS));
    }

    /**
     * Plans a setup, or ends the command with everything that stands in its way.
     *
     * @param isApplied whether Postfix and the service are changed, too
     */
    static SetupPlan of(
            Site site, SetupOptions options, Questions questions, boolean isApplied, SetupProblems problems) {
        if (!options.isRemote()
                && options.postfix == null
                && !site.machine().postconf().apply(Optional.empty()).isThere()) {
            options.nextHop = questions.nextHop();
        }
        SetupPlan plan = new SetupPlan(site, options, questions, problems);
        plan.judge(isApplied);
        problems.demandNone(site.store());
        return plan;
    }

    private void judge(boolean isApplied) {
        files.judge(problems);
        writable();
        taken(SetupPorts.GATEWAY, !files.config.isDone());
        if (remote.isPresent()) {
            certificate();
        }
        if (files.isReadable()) {
            gateway.judge(problems);
        }
        if (!answers.domains().isEmpty()) {
            postfix.ifPresent(side -> {
                side.plan(wish, isApplied, problems);
                for (String name : List.of(SetupPorts.BACK, SetupPorts.SENT_ON, SetupPorts.USERS)) {
                    taken(List.of(name), side.adds(ports.number(name)));
                }
            });
        }
    }

    /** Returns everything that is there afterwards, in the order in which it is made. */
    List<Step> steps(boolean isApplied) {
        List<Step> steps = new ArrayList<>(gateway.steps());
        if (isApplied) {
            Service service = new Service(site.machine(), site.places());
            if (service.isThere() && mayStart()) {
                steps.add(service.step());
            }
            postfix.ifPresent(side -> {
                steps.add(side.step(wish));
                if (isRunning()) {
                    steps.add(new Trial(site, side, answers.sender()).step());
                }
            });
        }
        return steps;
    }

    /** Returns true if the gateway runs, or is started by the steps. */
    boolean isRunning() {
        return mayStart()
                && (new Service(site.machine(), site.places()).isThere()
                        || !site.machine()
                                .isFree()
                                .test(wish.places()
                                        .listeners()
                                        .getFirst()
                                        .address()
                                        .getPort()));
    }

    private boolean mayStart() {
        return remote.filter(way -> !way.mayStart()).isEmpty();
    }

    /** Returns the commands that change Postfix. */
    List<String> commands() {
        return postfix.map(PostfixSide::commands).orElse(List.of());
    }

    /** Returns what in Postfix is not as it should be, and may be meant so. */
    List<Unsafe> warnings() {
        return postfix.map(PostfixSide::warnings).orElse(List.of());
    }

    NextSteps next() {
        return new NextSteps(site, answers, commands(), remote);
    }

    /** Returns the ports that an earlier setup has taken. */
    private Map<String, Integer> present() {
        Map<String, Integer> present = new HashMap<>(ConfigFiles.portsOf(site.places()));
        postfix.ifPresent(
                side -> ConfigFiles.gatewayOf(site.places()).ifPresent(there -> present.putAll(side.ports(there))));
        return present;
    }

    private List<Domain> known() {
        List<Domain> written = ConfigFiles.domainsOf(site.places());
        return written.isEmpty()
                ? postfix.stream()
                        .flatMap(side -> side.domains().stream())
                        .map(Domain::parse)
                        .flatMap(Optional::stream)
                        .toList()
                : written;
    }

    private Optional<RemoteWay> remote(Questions questions) {
        if (options.exchangeOnline != null) {
            try {
                return Optional.of(RemoteWay.exchangeOnline(options.exchangeOnline, site.places(), ports));
            } catch (IllegalArgumentException noHost) {
                problems.wrong(
                        String.valueOf(noHost.getMessage()), "--exchange-online TENANT.mail.protection.outlook.com");
            }
        }
        String hop = options.nextHop;
        if (hop == null) {
            return Optional.empty();
        }
        Optional<InetSocketAddress> address = HostPort.remote(hop).or(() -> HostPort.remote(hop + ":25"));
        if (address.isEmpty()) {
            problems.wrong(Printable.line(hop) + " is no host", "--next-hop mail.example.com:25");
        }
        List<String> peers = questions.peers();
        return address.map(host -> RemoteWay.relay(host, peers, ports));
    }

    /** Other servers know the gateway by its certificate, which only an administrator can get. */
    private void certificate() {
        for (String name : List.of(RemoteWay.CERTIFICATE, RemoteWay.KEY)) {
            Path file = site.places().config().resolveSibling(name);
            if (!Files.isRegularFile(file)) {
                problems.add(
                        ExitCode.CONFIG,
                        "there is no " + file,
                        "put the certificate of this gateway with its chain into " + RemoteWay.CERTIFICATE
                                + ", and its key into " + RemoteWay.KEY + ", which only the service may read");
            }
        }
    }

    private void writable() {
        SetupPlaces places = site.places();
        for (Path folder :
                new LinkedHashSet<>(List.of(places.config().resolveSibling(""), places.state(), places.log()))) {
            Path present = existing(folder);
            if (!Files.isDirectory(present) || !site.machine().isWritable().test(present)) {
                problems.add(ExitCode.INPUT_OUTPUT, present + " cannot be written", "run this as root");
            }
        }
    }

    /** Returns the folder itself, or the nearest one above it that is there. */
    private static Path existing(Path folder) {
        Path above = folder.getParent();
        return Files.exists(folder) || above == null ? folder : existing(above);
    }

    private void taken(List<String> names, boolean isNeeded) {
        for (String name : names) {
            int number = ports.number(name);
            if (number > 0 && isNeeded && !site.machine().isFree().test(number)) {
                problems.add(
                        ExitCode.UNAVAILABLE,
                        "port " + number + " (" + name + ") is in use",
                        "see ss -ltnp, or choose another: --port " + name + "=NUMBER");
            }
        }
    }
}
