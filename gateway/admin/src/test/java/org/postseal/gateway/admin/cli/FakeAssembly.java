package org.postseal.gateway.admin.cli;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.app.assembly.Assembly;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import org.postseal.gateway.app.assembly.Setup;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.audit.ledger.Ledger;
import org.postseal.gateway.config.Checked;
import org.postseal.gateway.config.DirectoryConfig;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.JournalConfig;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.PolicyFile;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.road.delivery.Delivery;
import org.postseal.gateway.road.delivery.DeliveryUnit;
import org.postseal.gateway.road.delivery.HopDelivery;
import org.postseal.gateway.road.directory.CertificateDirectory;
import org.postseal.gateway.road.fleet.Membership;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.pipeline.CryptoGate;
import org.postseal.gateway.road.pipeline.PreparationWatch;
import org.postseal.gateway.road.pipeline.Preparer;
import org.postseal.gateway.road.pipeline.StageObserver;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.gateway.smtp.client.OpenedPassage;
import org.postseal.gateway.smtp.client.OutgoingEnvelope;
import org.postseal.gateway.smtp.server.MailServer;
import org.postseal.gateway.smtp.server.MessageReceiver;
import org.postseal.gateway.smtp.server.ServerSettings;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.deciding.Ruling;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;

/**
 * Has the real policy and store. Its road asks the policy and sends everything untouched, in one unit per recipient.
 */
final class FakeAssembly implements Assembly {
    final List<String> happened = new CopyOnWriteArrayList<>();
    final List<Envelope> envelopes = new CopyOnWriteArrayList<>();
    private final Assembly real = new GatewayAssembly();
    private boolean refusesToListen;

    /** Makes every start fail as if the listeners' ports were taken. */
    FakeAssembly refusingToListen() {
        refusesToListen = true;
        return this;
    }

    @Override
    public Checked<RuleSet> policy(PolicyFile file) {
        return real.policy(file);
    }

    @Override
    public CertificateDirectory.Result directory(Path folder, DirectoryConfig config) {
        return real.directory(folder, config);
    }

    @Override
    public MessageReceiver road(Setup setup, Delivery delivery, AuditLog audit, StageObserver stages) {
        happened.add("road " + setup.rules().sha256().substring(0, 4));
        return (envelope, message, _) -> receive(setup, delivery, audit, envelope, message);
    }

    @Override
    public CryptoGate gate() {
        return real.gate();
    }

    private List<Reply> receive(Setup setup, Delivery delivery, AuditLog audit, Envelope envelope, RawMessage message) {
        envelopes.add(envelope);
        List<DeliveryUnit> units = new ArrayList<>();
        List<AuditEvent> events = new ArrayList<>();
        List<Reply> replies = new ArrayList<>();
        for (Recipient recipient : envelope.recipients()) {
            Ruling ruling = setup.rules().decide(facts(envelope, recipient), new NoCertificates());
            Reply reply = switch (ruling.decision()) {
                case Decision.Deliver _, Decision.Redirect _, Decision.Answer _ -> Reply.of(250, "2.0.0", "Ok");
                case Decision.Reject(Reason reason, var _, var _) -> Reply.of(reason);
                case Decision.Defer(Reason reason, var _) -> Reply.of(reason);
            };
            ruling.clearPermit()
                    .ifPresent(permit -> units.add(new DeliveryUnit(
                            Sendable.untouched(message, permit),
                            new OutgoingEnvelope(
                                    envelope.reversePath(),
                                    List.of(recipient),
                                    envelope.parameters(),
                                    "Received: by test\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                                    Optional.empty()),
                            List.of(replies.size()))));
            events.add(event(envelope, recipient, ruling, reply, units.size()));
            replies.add(reply);
        }
        delivery.deliver(units, false);
        try {
            audit.append(events);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return replies;
    }

    private static Facts facts(Envelope envelope, Recipient recipient) {
        boolean maySubmit = envelope.peer().role() == org.postseal.gateway.mail.Peer.Role.SUBMISSION;
        return new Facts(
                Facts.Peer.of(maySubmit),
                new Facts.Message(
                        envelope.reversePath().mailbox(),
                        envelope.reversePath().mailbox(),
                        java.util.Map.of(),
                        0,
                        "text/plain",
                        Facts.Kind.ORDINARY,
                        java.util.Set.of(),
                        envelope.received()),
                Facts.Existing.NONE,
                recipient.address(),
                true);
    }

    private static AuditEvent event(Envelope envelope, Recipient recipient, Ruling ruling, Reply reply, int unit) {
        return new AuditEvent.RecipientDone(
                envelope.received(),
                Records.message(
                        envelope.queueId().text(),
                        Optional.empty(),
                        "127.0.0.1",
                        envelope.reversePath().wire(),
                        recipient.address().toString(),
                        0),
                Records.decision(
                        ruling.explanation().direction().name(),
                        "",
                        ruling.explanation().rule(),
                        ruling.explanation().mailboxPolicy(),
                        "deliver",
                        Optional.empty(),
                        List.of("one step"),
                        Optional.empty()),
                Records.protection("clear", "none", "unsigned"),
                Records.delivery(
                        reply.isPositive() ? Optional.of(unit) : Optional.empty(), Optional.empty(), reply.toString()),
                Optional.empty());
    }

    @Override
    public Preparer preparer(Setup setup) {
        return real.preparer(setup);
    }

    @Override
    public Ledger ledger(JournalConfig config) throws java.io.IOException {
        return real.ledger(config);
    }

    @Override
    public AuditLog auditLog(AuditConfig config, Ledger ledger) {
        happened.add("audit " + config.file().getFileName());
        return new AuditLog() {
            @Override
            public void append(List<AuditEvent> all) {}

            @Override
            public void close() {}
        };
    }

    @Override
    public NextHop nextHop(GatewayConfig config) {
        return new NextHop() {
            @Override
            public List<Outcome> send(Sendable unit, OutgoingEnvelope envelope, boolean allOrNothing) {
                return envelope.recipients().stream()
                        .map(_ -> new Outcome(Reply.of(250, "2.0.0", "Ok"), false))
                        .toList();
            }

            @Override
            public OpenedPassage forOpened(NextHopConfig.Way way, boolean needsSmtpUtf8) {
                return OpenedPassage.Open.ANY;
            }

            @Override
            public void close() {
                happened.add("next hop closed");
            }
        };
    }

    @Override
    public PreparationWatch watch() {
        return new PreparationWatch();
    }

    @Override
    public Optional<Membership> join(GatewayConfig config) throws java.io.IOException {
        return real.join(config);
    }

    @Override
    public Journal journal(GatewayConfig config, Optional<Membership> membership, Ledger ledger, AuditLog audit)
            throws java.io.IOException {
        return real.journal(config, membership, ledger, audit);
    }

    @Override
    public Delivery delivery(GatewayConfig config, NextHop nextHop, Journal journal) {
        return new HopDelivery(nextHop);
    }

    @Override
    public ServerSettings settings(GatewayConfig config, GatewayConfig.Listener listener, Spool.Factory spools)
            throws java.io.IOException {
        return real.settings(config, listener, spools);
    }

    @Override
    public MailServer listener(ServerSettings settings, MessageReceiver receiver) {
        return new MailServer() {
            @Override
            public void bind() throws java.io.IOException {
                if (refusesToListen) {
                    throw new java.net.BindException("Address already in use");
                }
            }

            @Override
            public void start() {
                happened.add("started");
            }

            @Override
            public void replace(ServerSettings next) {
                happened.add("replaced");
            }

            @Override
            public InetSocketAddress address() {
                return settings.listener().address();
            }

            @Override
            public boolean isAccepting() {
                return true;
            }

            @Override
            public int connections() {
                return 0;
            }

            @Override
            public int connectionLimit() {
                return 1;
            }

            @Override
            public void drain(Duration limit) {
                happened.add("drained " + limit.toSeconds());
            }

            @Override
            public void close() {
                happened.add("closed");
            }
        };
    }

    private static final class NoCertificates implements DirectoryFacts {
        @Override
        public Match ciphertextMatch() {
            return new Match.ByCertificate();
        }

        @Override
        public Fact recipientCertificate() {
            return new Fact.NotUsable(new org.postseal.certstore.CertificateStatus.Missing());
        }

        @Override
        public Fact readerCertificate(MailAddress reader) {
            return recipientCertificate();
        }

        @Override
        public Fact signingKey(KeyPlace place) {
            return new Fact.LookupFailed("the token is gone");
        }

        @Override
        public Fact domainKey(KeyPlace place) {
            return signingKey(place);
        }

        @Override
        public DirectoryFacts.Membership member(MailAddress who, String group) {
            return new DirectoryFacts.Membership.NotMember();
        }
    }
}
