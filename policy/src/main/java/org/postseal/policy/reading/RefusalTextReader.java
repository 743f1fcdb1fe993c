package org.postseal.policy.reading;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postseal.policy.outcome.RefusalText;
import org.postseal.policy.people.Names;
import org.postseal.policy.yaml.Nearest;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/**
 * Reads the {@code text} of a refusal. One word is the name of a text in {@code words.texts}, and several words are the
 * text itself.
 *
 * @param named the source of each text by its name
 */
record RefusalTextReader(Map<String, String> named) {
    Optional<RefusalText> read(YamlMapping refusal) {
        Optional<RefusalText> text = refusal.value("text").flatMap(this::text);
        refusal.refuseOthers();
        return text;
    }

    private Optional<RefusalText> text(YamlValue value) {
        String written = value.text().orElse("");
        if (Names.isName(written)) {
            Optional<RefusalText> text =
                    Optional.ofNullable(named.get(written)).map(source -> RefusalText.named(written, source));
            if (text.isEmpty()) {
                value.error("no text '" + written + "' in words.texts" + Nearest.hint(written, named.keySet())
                        + "; a text that stands here has several words");
            }
            return text;
        }
        if (PLACEHOLDER.matcher(written).find()) {
            value.error("has a placeholder, which only a text in words.texts may have; write its name here");
            return Optional.empty();
        }
        return HeaderEditReader.line(value, LONGEST).map(RefusalText::line);
    }

    // RFC 5321 §4.5.3.1.5: a reply line has up to 512 octets, and code and status take some of them.
    private static final int LONGEST = 200;
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\w*}");
}
