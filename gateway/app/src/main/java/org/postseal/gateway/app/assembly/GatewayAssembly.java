package org.postseal.gateway.app.assembly;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.postseal.certstore.AddressRange;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.provider.CryptoProviders;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.ledger.Ledger;
import org.postseal.gateway.audit.write.AuditLogs;
import org.postseal.gateway.config.Checked;
import org.postseal.gateway.config.DirectoryConfig;
import org.postseal.gateway.config.EnrolmentConfig;
import org.postseal.gateway.config.FleetConfig;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.JournalConfig;
import org.postseal.gateway.config.LoopConfig;
import org.postseal.gateway.config.PolicyFile;
import org.postseal.gateway.mail.HeaderWriter;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.mail.held.HeldSeal;
import org.postseal.gateway.mail.held.SealedField;
import org.postseal.gateway.road.acme.Challenges;
import org.postseal.gateway.road.delivery.Delivery;
import org.postseal.gateway.road.delivery.HopDelivery;
import org.postseal.gateway.road.delivery.JournaledDelivery;
import org.postseal.gateway.road.delivery.NextHops;
import org.postseal.gateway.road.directory.CertificateDirectory;
import org.postseal.gateway.road.fleet.CheckpointExchange;
import org.postseal.gateway.road.fleet.FleetJournal;
import org.postseal.gateway.road.fleet.FleetNotices;
import org.postseal.gateway.road.fleet.Membership;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.journal.JournalFile;
import org.postseal.gateway.road.journal.LedgerJournal;
import org.postseal.gateway.road.journal.Upstreams;
import org.postseal.gateway.road.pipeline.Admission;
import org.postseal.gateway.road.pipeline.CmsWork;
import org.postseal.gateway.road.pipeline.CryptoGate;
import org.postseal.gateway.road.pipeline.Holding;
import org.postseal.gateway.road.pipeline.LoopMarks;
import org.postseal.gateway.road.pipeline.LoopStamp;
import org.postseal.gateway.road.pipeline.NoticeLimit;
import org.postseal.gateway.road.pipeline.Notices;
import org.postseal.gateway.road.pipeline.Origin;
import org.postseal.gateway.road.pipeline.OwnFields;
import org.postseal.gateway.road.pipeline.PolicyInForce;
import org.postseal.gateway.road.pipeline.PreparationWatch;
import org.postseal.gateway.road.pipeline.Preparer;
import org.postseal.gateway.road.pipeline.Records;
import org.postseal.gateway.road.pipeline.Releases;
import org.postseal.gateway.road.pipeline.Road;
import org.postseal.gateway.road.pipeline.StageObserver;
import org.postseal.gateway.road.pipeline.Timing;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.gateway.smtp.server.MailServer;
import org.postseal.gateway.smtp.server.MessageReceiver;
import org.postseal.gateway.smtp.server.PeerRights;
import org.postseal.gateway.smtp.server.ServerSettings;
import org.postseal.gateway.smtp.server.ServerTls;
import org.postseal.gateway.smtp.server.SubEthaMailServer;
import org.postseal.policy.deciding.RuleSet;

/** Makes the real parts of the gateway. */
public final class GatewayAssembly implements Assembly {
    private final NoticeLimit noticeLimit = new NoticeLimit();
    private final CryptoGate gate = new CryptoGate(Runtime.getRuntime().availableProcessors());
    private final PreparationWatch watch;

    /** Makes an assembly whose watch looks by itself. */
    public GatewayAssembly() {
        this(new PreparationWatch());
    }

    GatewayAssembly(PreparationWatch watch) {
        this.watch = watch;
    }

    @Override
    public Checked<RuleSet> policy(PolicyFile file) {
        return file.compile();
    }

    @Override
    public CertificateDirectory.Result directory(Path folder, DirectoryConfig config) {
        // This is not done earlier, since loading the native library takes time that "help" need not spend.
        CryptoProviders.install();
        return CertificateDirectory.open(config, folder, CLOCK);
    }

    @Override
    public MessageReceiver road(Setup setup, Delivery delivery, AuditLog audit, StageObserver stages) {
        GatewayConfig config = setup.config();
        PolicyInForce inForce = new PolicyInForce(
                setup.rules(),
                setup.shadowRules(),
                // This is the only place where a policy is not enforced.
                config.mode() == GatewayConfig.Mode.OBSERVE
                        ? Optional.of(setup.rules().observe())
                        : Optional.empty(),
                setup.directory().store(),
                setup.policy().term());
        Road road = new Road(
                preparer(setup),
                inForce,
                delivery,
                new Records(audit, new Notices(config.hostName(), config.nextHops(), noticeLimit, delivery)),
                new Timing(watch, config.limits().preparation(), stages, CLOCK));
        return config.held()
                .<MessageReceiver>map(held -> new Releases(road, held.key(), CLOCK))
                .orElse(road);
    }

    @Override
    public CryptoGate gate() {
        return gate;
    }

    @Override
    public PreparationWatch watch() {
        return watch;
    }

    @Override
    public Preparer preparer(Setup setup) {
        GatewayConfig config = setup.config();
        return new Preparer(
                new OwnFields(
                        config.hostName(),
                        config.authservId(),
                        loopMarks(config.loops()),
                        config.held().map(held -> new Holding(new HeldSeal(held.key()), held.expires()))),
                new Admission(new Origin(trusted(config)), config.recipients()),
                config.nextHops(),
                setup.directory().groups(),
                new CmsWork(gate, setup.directory().observer()),
                config.enrolment()
                        .filter(EnrolmentConfig::asksByMail)
                        .map(_ -> setup.directory().challenges())
                        .orElseGet(Challenges::none));
    }

    private static LoopMarks loopMarks(LoopConfig config) {
        return new LoopMarks(
                config.key().map(key -> new LoopStamp(key.octets())),
                config.exchangeHeader()
                        .map(header -> HeaderWriter.unstructured(
                                header.name(), new String(header.value().octets(), StandardCharsets.US_ASCII))));
    }

    @Override
    public Ledger ledger(JournalConfig config) throws IOException {
        return Ledger.open(JournalFile.ledger(config.file()), Ledger.SEGMENT);
    }

    @Override
    public AuditLog auditLog(AuditConfig config, Ledger ledger) throws IOException {
        return AuditLogs.open(config, Clock.systemUTC(), Optional.of(ledger));
    }

    @Override
    public NextHop nextHop(GatewayConfig config) throws IOException {
        return NextHops.open(config.nextHops(), config.hostName());
    }

    @Override
    public Optional<Membership> join(GatewayConfig config) throws IOException {
        Optional<FleetConfig> fleet = config.fleet();
        return fleet.isEmpty() ? Optional.empty() : Optional.of(join(fleet.get(), config));
    }

    private static Membership join(FleetConfig fleet, GatewayConfig config) throws IOException {
        return Membership.join(
                new Postgres(fleet.database(), config.journal().timeLimit()),
                new Membership.Self(fleet.node(), Version.current(), FleetSecrets.of(config)),
                Membership.Lease.DEFAULT,
                CLOCK);
    }

    @Override
    public Journal journal(GatewayConfig gateway, Optional<Membership> membership, Ledger ledger, AuditLog audit)
            throws IOException {
        JournalConfig config = gateway.journal();
        if (membership.isPresent()) {
            Journal shared = FleetJournal.open(
                    membership.get(), ledger, new FleetJournal.Limits(config.retention(), config.timeLimit()));
            FleetConfig fleet = gateway.fleet().orElseThrow();
            CheckpointExchange.start(
                    new Postgres(fleet.database(), EXCHANGE_LIMIT), membership.get(), audit, gateway.audit(), CLOCK);
            FleetNotices notices = new FleetNotices(new Postgres(fleet.database(), NOTICE_LIMIT));
            noticeLimit.sharedBy(notices::allows);
            audit.afterClose(notices::close);
            return shared;
        }
        LedgerJournal journal = LedgerJournal.open(ledger, audit::force, config.retention(), config.timeLimit(), CLOCK);
        journal.takeOver(config.file());
        return journal;
    }

    @Override
    public Delivery delivery(GatewayConfig config, NextHop nextHop, Journal journal) {
        Upstreams upstreams = new Upstreams(
                config.upstreams(),
                CLOCK.instant(),
                config.journal().retention(),
                config.fleet().isPresent());
        return new JournaledDelivery(journal, new HopDelivery(nextHop), upstreams, CLOCK);
    }

    @Override
    public ServerSettings settings(GatewayConfig config, GatewayConfig.Listener listener, Spool.Factory spools)
            throws IOException {
        Optional<ServerTls> tls = Optional.empty();
        if (listener.tls().isPresent()) {
            GatewayConfig.ListenerTls files = listener.tls().get();
            tls = Optional.of(ServerTls.of(
                    files.certificate(), files.key(), files.mode() == GatewayConfig.TlsMode.IMPLICIT, files.clients()));
        }
        return new ServerSettings(
                config.hostName(),
                listener,
                new PeerRights(
                        trusted(config),
                        in(listener.speakers().proxies()),
                        in(listener.speakers().xclient())),
                // A held copy is the largest message and a field.
                listener.role() == Peer.Role.RELEASE
                        ? config.limits().withRoomFor(SealedField.MOST_LOOKED_AT)
                        : config.limits(),
                tls,
                spools,
                CLOCK);
    }

    @Override
    public MailServer listener(ServerSettings settings, MessageReceiver receiver) throws IOException {
        return new SubEthaMailServer(settings, receiver);
    }

    private static Predicate<InetAddress> trusted(GatewayConfig config) {
        return in(config.trustedPeers());
    }

    private static Predicate<InetAddress> in(List<AddressRange> ranges) {
        return address -> ranges.stream().anyMatch(range -> range.contains(address));
    }

    /** A session waits so long for one answer about the count of notices. */
    private static final Duration NOTICE_LIMIT = Duration.ofSeconds(1);

    /** The end of the program may wait so long for one answer about checkpoints. */
    private static final Duration EXCHANGE_LIMIT = Duration.ofSeconds(3);

    private static final Clock CLOCK = Clock.systemUTC();
}
