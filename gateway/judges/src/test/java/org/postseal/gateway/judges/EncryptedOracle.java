package org.postseal.gateway.judges;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.jcajce.JceKeyTransEnvelopedRecipient;
import org.slf4j.LoggerFactory;

/**
 * Where nothing may leave in clear, the marker of the content is in nothing that leaves, whoever decodes it, nor in the
 * log or the record; and what leaves can be opened by the recipient. Every other case is for a recipient for whom
 * encryption is only wished, which tells what was taken for encrypted.
 */
final class EncryptedOracle implements Oracle {
    /** The spool is looked at for one message in so many. */
    private static final int SPOOLED = 10;

    /** Makes a message so long that it is spooled. */
    private static final byte[] LONG_FIELD =
            Forge.octets("X-Long: " + ("x".repeat(900) + "\r\n ").repeat(20) + "x\r\n");

    private final Gateway gateway = new Gateway();
    private final Forge forge = gateway.forge();
    private final EncryptedGrammar grammar = new EncryptedGrammar(forge);
    private final Judges judges = new Judges();
    private final Outcomes outcomes = new Outcomes();
    private int spooledFiles;
    private final Queue<String> logged = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            logged.add(event.getFormattedMessage() + " " + event.getThrowableProxy());
        }
    };

    EncryptedOracle() {
        appender.start();
        root().addAppender(appender);
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    @Override
    public String name() {
        return "encrypted";
    }

    @Override
    public int shown() {
        return judges.cases();
    }

    @Override
    public Map<String, Integer> silences() {
        return judges.silences();
    }

    @Override
    public Outcomes outcomes() {
        return outcomes;
    }

    /** Keeps what became of a case. */
    private record Seen(long seed, EncryptedCase made, Gateway.Answer answer) {
        boolean isStrict() {
            return seed % 2 == 0;
        }

        /** What left for the recipient outside. */
        Optional<byte[]> left() {
            return answer.isServed() && !answer.isRedirected() ? answer.unit() : Optional.empty();
        }

        boolean isKept() {
            String came = Forge.text(made.message()).stripTrailing();
            String end = came.substring(Math.max(0, came.length() - 60));
            return left().map(octets -> Forge.text(octets).stripTrailing().endsWith(end))
                    .orElse(false);
        }

        String outcome() {
            if (answer.isRedirected()) {
                return "redirected";
            }
            return !answer.isServed() ? "refused" : isKept() ? "kept" : "sealed";
        }
    }

    @Override
    public Set<String> productions(long seed) {
        return made(seed).used();
    }

    @Override
    public List<Finding> judge(List<Long> seeds) {
        logged.clear();
        List<Seen> seen = seeds.parallelStream().map(this::see).toList();
        seen.forEach(each -> outcomes.add(each.outcome(), each.made.used()));
        return findings(seen.stream().filter(Seen::isStrict).toList());
    }

    @Override
    public List<Finding> judge(Vector vector) {
        vector.check(made(vector.seed()).used());
        return judge(List.of(vector.seed()));
    }

    private EncryptedCase made(long seed) {
        return grammar.make(seed, recipient(seed));
    }

    private static String recipient(long seed) {
        return seed % 2 == 0 ? Gateway.RITA : Gateway.LEO;
    }

    private Seen see(long seed) {
        EncryptedCase made = made(seed);
        boolean isSpooled = seed % SPOOLED == 0;
        return new Seen(
                seed,
                made,
                gateway.outbound(
                        made.isNullSender(),
                        recipient(seed),
                        isSpooled ? joined(LONG_FIELD, made.message()) : made.message(),
                        isSpooled ? Optional.of(made.marker()) : Optional.empty()));
    }

    private static byte[] joined(byte[] one, byte[] other) {
        return Forge.octets(Forge.text(one) + Forge.text(other));
    }

    private List<Finding> findings(List<Seen> strict) {
        List<Finding> findings = new ArrayList<>();
        List<Seen> left =
                strict.stream().filter(seen -> seen.left().isPresent()).toList();
        Map<String, List<Shown>> shown =
                judges.read(left.stream().map(seen -> seen.left().orElseThrow()).toList());
        IntStream.range(0, left.size()).forEach(i -> {
            Seen seen = left.get(i);
            String marker = seen.made.marker();
            BiConsumer<String, String> tell = (who, what) -> findings.add(finding(seen, who, what));
            String octets = Forge.text(seen.left().orElseThrow());
            if (Legible.holds(octets, marker)) {
                tell.accept("octets", "what leaves holds the word");
            }
            shown.forEach((who, answers) -> {
                if (answers.get(i).parts().stream().anyMatch(part -> Legible.holds(part.content(), marker))) {
                    tell.accept(who, "shows the word");
                }
            });
            if (!opens(octets, seen.isKept() ? marker : "")) {
                tell.accept("recipient", "cannot open what leaves");
            }
        });
        for (Seen seen : strict) {
            String marker = seen.made.marker();
            if (seen.answer.record().contains(marker) || logged.stream().anyMatch(line -> line.contains(marker))) {
                findings.add(finding(seen, "records", "the log or the record holds the word"));
            }
            seen.answer.spooled().ifPresent(found -> {
                spooledFiles += found.files();
                if (found.isWordThere()) {
                    findings.add(finding(seen, "spool", "a file of the spool holds the word"));
                }
            });
        }
        return findings;
    }

    private Finding finding(Seen seen, String who, String what) {
        return new Finding(
                name(),
                seen.seed,
                who,
                what + " " + Finding.odd(seen.made.used()),
                Vector.files(seen.made.message(), seen.seed, seen.made.used()));
    }

    /** How many files of the spool were looked through. */
    int spooledFiles() {
        return spooledFiles;
    }

    /** Whether the recipient's key opens the CMS object of what left. */
    private boolean opens(String octets, String marker) {
        String body = octets.substring(octets.indexOf("\r\n\r\n") + 4);
        if (body.startsWith("--bb") || body.contains("\r\n--bb\r\n")) {
            // Signed around the ciphertext: its own body follows
            body = body.substring(body.indexOf("\r\n\r\n") + 4).split("\r\n--bb", 2)[0];
        }
        try {
            byte[] cms = java.util.Base64.getMimeDecoder().decode(body);
            if (CmsJudges.content(cms).isPresent()) {
                return opens(CmsJudges.content(cms).orElseThrow(), marker);
            }
            CMSEnvelopedData data = new CMSEnvelopedData(new java.io.ByteArrayInputStream(cms));
            for (RecipientInformation info : data.getRecipientInfos()) {
                if (info.getRID() instanceof org.bouncycastle.cms.KeyTransRecipientId id
                        && id.match(
                                gateway.pki().issued(Gateway.RITA).certificate().holder())) {
                    byte[] content = info.getContent(new JceKeyTransEnvelopedRecipient(forge.key(Gateway.RITA)));
                    return Legible.holds(Forge.text(content), marker);
                }
            }
            return false;
        } catch (CMSException | RuntimeException e) {
            return false;
        }
    }

    @Override
    public void close() {
        root().detachAppender(appender);
        judges.close();
        gateway.close();
    }
}
