package org.postseal.gateway.audit.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.audit.record.AuditFormat;
import org.postseal.gateway.audit.record.AuditLine;

@Tag("thorough")
class LineScanTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'@timestamp':'t','event.action':'x','wanted':'y','other':'z'}",
                "{'other':'#'wanted#':##','event.action':'x','wanted':'#u00e9##','@timestamp':'t'}",
                "{'other':['a',1,true,null,']','#'}'],'wanted':['b',2,null],'@timestamp':'t','event.action':'x'}",
                "{'other':['a',']','#'}'],'wanted':['b','c'],'@timestamp':'t',"
                        + "'event.action':'x','list':[],'wanted.too':[]}",
                " { 'other' : { 'a' : 1 , 'wanted' : 2 } ,"
                        + " 'wanted' : [ ] , '@timestamp' : 't' , 'event.action' : 'x' } ",
                "{'other':{'wanted':'in it'},'@timestamp':'t','event.action':'x','o2':-1.5e3,'o3':[],'o4':''}",
                "{'third':{'a':1,'b':-2.5,'c':'}'},'@timestamp':'t','event.action':'x','wanted':'y'}",
                "{'@timestamp':'t','event.action':'x','wanted':'in ünïcödé 🔑','othér':'ü'}",
                "{'@timestamp':'t','event.action':'x','wanted':17}",
                "{'@timestamp':'t','event.action':'x','#u0077anted':'y'}",
                "{'@timestamp':'t','event.action':'x','unwanted':'y','wante':'y','wantee':'y'}"
            })
    void findsWhatTheWholeLineHas(String text) {
        String line = json(text);
        assertThat(found(line)).isEqualTo(wanted(AuditLine.read(line))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{'",
                "{'@timestamp':'t','event.action':'x','other':'z}",
                "{'@timestamp':'t','event.action':'x','other':'z#",
                "{'@timestamp':'t','event.action':'x','other':['z'}",
                "{'@timestamp':'t','event.action':'x','other':['z'",
                "{'@timestamp':'t','event.action':'x','wanted':'z",
                "{'@timestamp':'t','event.action':'x','wanted':['z",
                "{'@timestamp':'t','event.action':'x','other'}",
                "{'@timestamp':'t','event.action':'x','other':}",
                "{'@timestamp':'t','event.action':'x'}}",
                "{'@timestamp':'t','event.action':'x','wanted':'1','wanted':'2'}",
                "{'@timestamp':'t','event.outcome':'x'}"
            })
    void noLineOfOursHasNoFields(String text) {
        String line = json(text);
        assertThat(found(line)).isEqualTo(wanted(AuditLine.read(line))).isEmpty();
    }

    /**
     * Octets are changed, doubled and left out. Whatever a search would find in the result must be found here, and no
     * fault may end the scan.
     */
    @Test
    void findsWhatTheWholeLineHasWhateverSomebodyDidToIt() {
        SplittableRandom random = new SplittableRandom(7);
        Set<String> names = new HashSet<>(AuditTerms.FIELDS);
        names.addAll(List.of("@timestamp", "event.action"));
        AuditEvent.RecipientDone done = Records.done(
                Instant.EPOCH,
                "Q1",
                "<1@ours.example>",
                "a@ours.example",
                "b@out.example",
                "250 2.0.0 Ok: queued as 4X");
        String settings = ",\"postseal.settings\":[" + "\"a setting with its value\",".repeat(30) + "\"z\"]}\n";
        byte[] record = new String(
                        AuditFormat.lines(List.of(done), Optional.empty()).getFirst(), UTF_8)
                .replace("}\n", settings)
                .getBytes(UTF_8);
        assertThat(new String(record, UTF_8)).endsWith(settings);
        LineScan scan = new LineScan(names);
        int usable = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] line = changed(record, random);
            String text = new String(line, 0, line.length - 1, UTF_8);
            Optional<Map<String, List<String>>> whole = AuditLine.read(text).map(AuditLine::fields);
            Optional<Map<String, List<String>>> read = scan.read(line, 0, line.length - 1);
            if (whole.isPresent()) {
                usable++;
                assertThat(read.map(fields -> only(names, fields)))
                        .as(text)
                        .isEqualTo(whole.map(fields -> only(names, fields)));
            }
        }
        assertThat(usable).isGreaterThan(ROUNDS / 10);
    }

    private static byte[] changed(byte[] record, SplittableRandom random) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        line.write(record, 0, record.length - 1);
        for (int i = random.nextInt(3); i >= 0; i--) {
            byte[] before = line.toByteArray();
            line.reset();
            int from = random.nextInt(before.length);
            int to = Math.min(before.length, from + (random.nextInt(4) == 0 ? random.nextInt(200) : 1));
            line.write(before, 0, from);
            switch (random.nextInt(4)) {
                case 0 -> line.write(before, from, to - from);
                case 1 -> line.write(MARKS.charAt(random.nextInt(MARKS.length())));
                case 2 -> {
                    line.write(before, from, to - from);
                    line.write(before, from, to - from);
                }
                default -> {}
            }
            line.write(before, to, before.length - to);
        }
        line.write('\n');
        return line.toByteArray();
    }

    private static Optional<Map<String, List<String>>> found(String line) {
        byte[] octets = (line + "\n").getBytes(UTF_8);
        return new LineScan(WANTED).read(octets, 0, octets.length - 1).map(fields -> only(WANTED, fields));
    }

    private static Optional<Map<String, List<String>>> wanted(Optional<AuditLine> line) {
        return line.map(read -> only(WANTED, read.fields()));
    }

    private static Map<String, List<String>> only(Set<String> names, Map<String, List<String>> fields) {
        Map<String, List<String>> some = new HashMap<>(fields);
        some.keySet().retainAll(names);
        return some;
    }

    private static String json(String text) {
        return text.replace('\'', '"').replace('#', '\\');
    }

    private static final int ROUNDS = 20_000;
    private static final String MARKS = "\"\\{}[],: x0u\t\u00e9";
    private static final Set<String> WANTED =
            Set.of("@timestamp", "event.action", "wanted", "wanted.too", "other.wanted");
}
