package org.postseal.gateway.admin.cli.enrol;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.Turn;
import org.postseal.certstore.enrolment.AcmeAuthority;
import org.postseal.certstore.enrolment.CmpAuthority;
import org.postseal.certstore.enrolment.EnrolmentAuthority;
import org.postseal.certstore.enrolment.EnrolmentPass;
import org.postseal.certstore.enrolment.EnrolmentPass.Outcome;
import org.postseal.certstore.enrolment.EnrolmentPass.Place;
import org.postseal.certstore.enrolment.EstAuthority;
import org.postseal.certstore.enrolment.ExecAuthority;
import org.postseal.certstore.enrolment.Wanted;
import org.postseal.certstore.remote.issuemail.Issuemail;
import org.postseal.gateway.admin.cli.ca.CaAccess;
import org.postseal.gateway.admin.cli.ca.OwnAuthority;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.NameServers;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.config.EnrolmentConfig.Authority;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "run",
        description = "Order certificates for everybody who is to have one and has none, or whose one ends soon, and"
                + " take those that have come; made to be run by a timer.",
        footer = {
            "",
            "Who is to have one, and from which authority, is said by 'enrolment' of the configuration.",
            "The passphrase is for an authority of our own, and asked for when that is to issue.",
            "Exit code 75: an order waits, and the next run goes on. 65: an authority has refused.",
            "",
            "  postseal enrol run --passphrase-file issuing.pass"
        })
final class EnrolRunCommand implements Callable<Integer> {
    private final EnrolAccess access;

    @Mixin
    private CaAccess.Passphrase passphrase = new CaAccess.Passphrase();

    EnrolRunCommand(EnrolAccess access) {
        this.access = access;
    }

    @Override
    public Integer call() {
        return access.inStore((place, wanted) -> {
            CertificateDatabase database = place.database();
            try (Turn turn = database.turn(TURN).orElseThrow(() -> busy(database.holder(TURN)))) {
                return run(place, wanted, turn);
            }
        });
    }

    private static CommandFailure busy(Optional<String> node) {
        return new CommandFailure(
                ExitCode.TRY_AGAIN,
                "another command is at this work"
                        + node.map(name -> ", on node " + name).orElse(""),
                "nothing was changed, try again");
    }

    private int run(Place place, List<Wanted> wanted, Turn turn) {
        StoreAccess store = access.store();
        Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
        List<OwnAuthority> opened = new ArrayList<>();
        try {
            new EnrolmentPass(
                            place,
                            store.user(),
                            authorities(opened, place.database()),
                            new EnrolmentPass.Limits(access.config().ordersPerRun(), turn::isHeld),
                            (outcome, address, text) -> {
                                counts.merge(outcome, 1, Integer::sum);
                                store.out().println(EnrolView.line(outcome, address, text));
                            },
                            store.clock())
                    .run(wanted);
        } finally {
            opened.forEach(OwnAuthority::close);
        }
        store.out()
                .println(Options.count(counts.getOrDefault(Outcome.TAKEN, 0), "certificate") + " taken, "
                        + counts.getOrDefault(Outcome.WAITING, 0) + " waiting, "
                        + counts.getOrDefault(Outcome.REFUSED, 0) + " refused, for "
                        + Options.count(wanted.size(), "user"));
        if (!turn.isHeld()) {
            throw new CommandFailure(
                    ExitCode.TRY_AGAIN, "the database was silent, and another command may be at this work");
        }
        if (counts.containsKey(Outcome.REFUSED)) {
            return ExitCode.REFUSED;
        }
        return counts.containsKey(Outcome.WAITING)
                        || counts.containsKey(Outcome.POSTPONED)
                        || counts.containsKey(Outcome.UNKNOWN)
                ? ExitCode.TRY_AGAIN
                : ExitCode.OK;
    }

    private Map<String, EnrolmentAuthority> authorities(List<OwnAuthority> opened, CertificateDatabase database) {
        Map<String, EnrolmentAuthority> authorities = new LinkedHashMap<>();
        for (Authority each : access.config().authorities()) {
            switch (each) {
                case Authority.Own own -> {
                    OwnAuthority authority = new OwnAuthority(access.authority(), own.folder(), own.days(), passphrase);
                    opened.add(authority);
                    authorities.put(own.name(), authority);
                }
                case Authority.Exec exec ->
                    authorities.put(exec.name(), new ExecAuthority(exec.command(), exec.timeLimit()));
                case Authority.Est est ->
                    authorities.put(
                            est.name(),
                            new EstAuthority(new EstAuthority.Server(
                                    est.url(), est.trust(), est.user(), est.passwordFile(), est.timeLimit())));
                case Authority.Acme acme -> authorities.put(acme.name(), acme(acme, database));
                case Authority.Cmp cmp ->
                    authorities.put(
                            cmp.name(),
                            new CmpAuthority(new CmpAuthority.Server(
                                    cmp.url(),
                                    cmp.trust(),
                                    cmp.recipient(),
                                    cmp.reference(),
                                    cmp.secretFile(),
                                    cmp.timeLimit())));
            }
        }
        Map<String, String> issuerDomains = access.config().issuerDomains();
        if (!issuerDomains.isEmpty()) {
            Issuemail issuemail = new Issuemail(NameServers.resolver(access.store()));
            issuerDomains.forEach((name, domain) -> authorities.computeIfPresent(
                    name, (_, authority) -> new PermittedAuthority(authority, domain, issuemail)));
        }
        return authorities;
    }

    private AcmeAuthority acme(Authority.Acme acme, CertificateDatabase database) {
        return new AcmeAuthority(
                new AcmeAuthority.Server(
                        acme.directory(),
                        acme.trust(),
                        acme.account(),
                        acme.contact(),
                        acme.externalAccount()
                                .map(each -> new AcmeAuthority.ExternalAccount(each.keyId(), each.hmacFile())),
                        acme.termsAgreed(),
                        acme.timeLimit()),
                database.acmeChallenges(),
                access.store().clock());
    }

    private static final String TURN = "enrolment";
}
