package org.postseal.gateway.judges;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Of a message that passes, each program shows what it shows of the signed entity alone, and as author whom the pass
 * names. An entity that is written oddly must not pass where the same entity, written plainly, does not, and a program
 * reads the two alike.
 */
final class SignedOracle implements Oracle {
    private static final String ROOT = "MIME-Version: 1.0\r\n";
    private static final String PART =
            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"only\"\r\n\r\n--only\r\n";
    private static final String PART_END = "\r\n--only--\r\n";
    private static final int READ = 5;
    private static final Pattern REPLY = Pattern.compile("(?im)^Reply-To:((?:.*\\r\\n[ \\t])*.*\\r\\n)");

    private final Gateway gateway = new Gateway();
    private final Forge forge = gateway.forge();
    private final SignedGrammar grammar = new SignedGrammar(forge);
    private final Judges judges = new Judges();
    private final CmsJudges cms = new CmsJudges(gateway.pki());
    private final Outcomes outcomes = new Outcomes();
    private int passes;

    @Override
    public String name() {
        return "signed";
    }

    @Override
    public int shown() {
        return judges.cases();
    }

    @Override
    public Map<String, Integer> silences() {
        return judges.silences();
    }

    /** Returns how many messages each of the CMS programs could read. */
    Map<String, Integer> cmsAnswers() {
        return cms.answers();
    }

    @Override
    public Outcomes outcomes() {
        return outcomes;
    }

    @Override
    public Set<String> productions(long seed) {
        return grammar.make(seed).used();
    }

    @Override
    public List<Finding> judge(List<Long> seeds) {
        List<Seen> seen = seeds.parallelStream()
                .map(seed -> see(seed, grammar.make(seed)))
                .toList();
        seen.forEach(each -> outcomes.add(outcome(each.answer), each.made.used()));
        return findings(seen);
    }

    @Override
    public List<Finding> judge(Vector vector) {
        SignedCase made = SignedCase.read(vector);
        return findings(List.of(see(0, made), see(1, made)));
    }

    /** What the gateway said of a case, and of its twin. */
    private record Seen(
            long seed,
            SignedCase made,
            byte[] message,
            Gateway.Answer answer,
            Optional<byte[]> twin,
            boolean twinPasses) {
        /** What is odd at the end of base64 hangs on the length of the octets, which is another one in the twin. */
        boolean isHiding() {
            return answer.isPass()
                    && twin.isPresent()
                    && !twinPasses
                    && made.template().contains(":LINES}");
        }

        /** Whether the signature was taken off: what left does not end as what came. */
        boolean isStripped() {
            String came = Forge.text(message);
            String body = came.substring(Math.max(0, came.indexOf("\r\n\r\n"))).stripTrailing();
            return !Forge.text(answer.unit().orElseThrow()).stripTrailing().endsWith(body);
        }

        boolean isOpaque() {
            return !isStripped() && made.template().contains("${attached");
        }

        /**
         * What programs read of it: what left, the entity as a message and as a part, the plain entity, and a message
         * from those whom what left is answered to.
         */
        List<byte[]> read() {
            byte[] left = answer.unit().orElseThrow();
            return List.of(
                    left,
                    Forge.octets(ROOT + ended(made.entity())),
                    Forge.octets(PART + ended(made.entity()) + PART_END),
                    Forge.octets(ROOT + ended(made.plain().orElse("\r\n"))),
                    Forge.octets("From:" + reply(Forge.text(left)) + "\r\nHello\r\n"));
        }

        private static String reply(String message) {
            Matcher reply = REPLY.matcher(message.substring(0, message.indexOf("\r\n\r\n") + 2));
            return reply.find() ? reply.group(1) : " " + ReplySpelling.SIGNED + "\r\n";
        }

        /** Content whose line ends are all LF is read as if they were CRLF. */
        private static String ended(String entity) {
            return entity.contains("\r") ? entity : entity.replace("\n", "\r\n");
        }
    }

    private Seen see(long seed, SignedCase made) {
        String recipient = seed % 2 == 0 ? Gateway.ALICE : Gateway.STRIP;
        byte[] message = made.message(forge);
        Optional<byte[]> twin = made.twin(forge);
        return new Seen(
                seed,
                made,
                message,
                gateway.inbound(recipient, message),
                twin,
                twin.map(octets -> gateway.inbound(recipient, octets).isPass()).orElse(false));
    }

    private static String outcome(Gateway.Answer answer) {
        if (!answer.isServed()) {
            return "refused";
        }
        if (answer.isPass()) {
            return "pass";
        }
        return answer.results().stream()
                .filter(result -> !result.equals("pass"))
                .map(result -> result.equals("fail") || result.equals("none") ? result : "doubtful")
                .findFirst()
                .orElse("none");
    }

    private List<Finding> findings(List<Seen> all) {
        List<Seen> passed = all.stream().filter(seen -> seen.answer.isPass()).toList();
        List<byte[]> messages = new ArrayList<>();
        passed.forEach(seen -> messages.addAll(seen.read()));
        Map<String, List<Shown>> shown = judges.read(messages, READ);
        List<Finding> findings = new ArrayList<>();
        IntStream.range(0, passed.size()).forEach(i -> {
            Seen seen = passed.get(i);
            BiConsumer<String, String> tell = (who, what) -> findings.add(
                    new Finding(name(), seen.seed, who, what + " " + Finding.odd(seen.made.used()), seen.made.files()));
            shown.forEach((who, answers) -> {
                List<Shown> its = answers.subList(READ * i, READ * i + READ);
                compare(seen, its).ifPresent(what -> tell.accept(who, what));
                if (seen.isHiding() && readsAlike(its.get(1), its.get(3))) {
                    tell.accept(
                            who,
                            "written plainly it does not pass: "
                                    + line(seen.made.plain().orElse("")));
                }
            });
            if (seen.made.isSigned() && !seen.isStripped() && passes++ % CmsJudges.EVERY == 0) {
                cms.judge(seen.message, seen.made.entity()).forEach(tell);
            }
        });
        return findings;
    }

    /** What a program shows of a message that passed, against what it shows of the entity alone. */
    private static Optional<String> compare(Seen seen, List<Shown> its) {
        Shown whole = its.getFirst();
        if (whole.failure().isPresent()) {
            return Optional.empty();
        }
        List<String> authors = OutsideFields.authors(whole);
        List<String> named = seen.answer.identifiers().stream()
                .map(author -> author.toLowerCase(Locale.ROOT))
                .toList();
        if (!authors.isEmpty() && !named.containsAll(authors)) {
            return Optional.of("passes for " + named + ", shows the author " + authors);
        }
        for (String inside : OutsideFields.vouched(its.get(1))) {
            if (named.stream().noneMatch(inside.toLowerCase(Locale.ROOT)::contains)) {
                return Optional.of("passes for " + named + ", what is signed shows " + line(inside));
            }
        }
        Optional<String> said = OutsideFields.said(whole, its.get(1));
        if (said.isPresent()) {
            return Optional.of("passes and shows " + line(said.get()));
        }
        List<String> answered = OutsideFields.authors(its.getLast());
        boolean isReader = !OutsideFields.authors(its.get(1)).isEmpty();
        if (isReader
                && OutsideFields.protectedBy(its.get(1)).contains("reply-to")
                && !answered.equals(List.of(ReplySpelling.ADDRESS))) {
            return Optional.of("passes and answers " + answered);
        }
        Optional<Shown.Part> signature = seen.isStripped() ? Optional.empty() : whole.signature();
        Optional<String> label = signature.map(Shown.Part::label).filter(SignatureFields::isSaidIn);
        if (label.isPresent()) {
            return Optional.of("lists the signature as " + line(label.get()));
        }
        if (signature.map(Shown.Part::content).map(Forge::octets).stream().anyMatch(CmsJudges::isFollowed)) {
            return Optional.of("shows octets behind the signature");
        }
        if (seen.isOpaque()) {
            return opaque(seen.made.entity(), whole);
        }
        List<Shown.Part> shown = seen.isStripped() ? whole.content() : whole.signedContent();
        // Without an own signature around it, a good signature is that of the entity
        Shown entity = its.get(seen.isStripped() ? 1 : 2);
        List<Shown.Part> alone = seen.made.isSigned() ? entity.content() : entity.signedContent();
        // With a good signature inside, strip takes both off
        // Text without a header section is delivered as text, all of it; some programs leave its first lines out
        Shown.Part all = new Shown.Part("text/plain", seen.made.entity()).settled();
        boolean isSame = shown.equals(alone)
                || (seen.isStripped() && shown.equals(List.of(all)))
                || (seen.isStripped()
                        && shown.equals(its.get(1).signedContent())
                        && seen.answer.results().size() > 1);
        return isSame
                ? Optional.empty()
                : Optional.of("shows " + line(shown.toString()) + " and of what is signed " + line(alone.toString()));
    }

    /** A program must show the signed-data and nothing beside it; one that spoils its octets shows nothing. */
    private static Optional<String> opaque(String entity, Shown whole) {
        boolean isAlone = whole.parts().size() == 1;
        Optional<String> content = CmsJudges.content(Forge.octets(
                whole.parts().isEmpty() ? "" : whole.parts().getFirst().content()));
        return isAlone && content.map(entity::equals).orElse(true)
                ? Optional.empty()
                : Optional.of(
                        "shows no such signed-data but " + line(whole.parts().toString()));
    }

    /** Whether a program sees in the odd entity the type and the author that it sees in the plain one. */
    private static boolean readsAlike(Shown odd, Shown plain) {
        return type(odd).equals(type(plain)) && OutsideFields.vouched(odd).equals(OutsideFields.vouched(plain));
    }

    private static String type(Shown shown) {
        return shown.fields().stream()
                .filter(field -> field.name().strip().equalsIgnoreCase("Content-Type"))
                .map(field -> field.value().split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                .findFirst()
                .orElse("");
    }

    private static String line(String text) {
        String line = text.replace("\r", "\\r").replace("\n", "\\n");
        return line.length() > 160 ? line.substring(0, 160) + "…" : line;
    }

    @Override
    public void close() {
        judges.close();
        cms.close();
        gateway.close();
    }
}
