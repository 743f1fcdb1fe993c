package org.postseal.policy.yaml;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads the part of YAML 1.2 that a configuration needs: one document with a mapping at its root, of at most 16 MiB and
 * 32 levels. It refuses anchors, aliases and tags, so that nothing can expand or name a class. It builds the nodes from
 * parser events, because the library's own composer stops at the first duplicate key and has no depth limit.
 */
public final class YamlReader {
    private final Problems problems;
    private final Iterator<Event> events;

    private YamlReader(Problems problems, Iterator<Event> events) {
        this.problems = problems;
        this.events = events;
    }

    /**
     * Reads a document and returns its root mapping. It is empty when the text cannot be read at all; the problems then
     * tell the cause.
     */
    public static Optional<YamlMapping> read(String text, Problems problems) {
        return read(text, LONGEST, problems).flatMap(YamlValue::mapping);
    }

    /** Decodes the octets of a file. If they are not UTF-8, adds a problem at the line of the first that is not. */
    public static Optional<String> decode(byte[] octets, Problems problems) {
        ByteBuffer in = ByteBuffer.wrap(octets);
        CharBuffer out = CharBuffer.allocate(octets.length);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
        if (result.isUnderflow()) {
            return Optional.of(out.flip().toString());
        }
        int line = 1;
        for (int i = 0; i < in.position(); i++) {
            line += octets[i] == '\n' ? 1 : 0;
        }
        problems.error(line, "", "is not UTF-8 text");
        return Optional.empty();
    }

    /**
     * Reads a document whose root may also be a list, such as JSON, which YAML 1.2 includes.
     *
     * @param longest limit in characters; a longer text is a problem
     */
    public static Optional<YamlValue> read(String text, int longest, Problems problems) {
        if (text.length() > longest) {
            problems.error(0, "", "larger than " + longest + " characters");
            return Optional.empty();
        }
        LoadSettings settings = LoadSettings.builder()
                .setUseMarks(true)
                .setCodePointLimit(longest)
                .build();
        String withoutMark = text.startsWith("\uFEFF") ? text.substring(1) : text;
        try {
            Iterator<Event> events =
                    new Parse(settings).parseString(withoutMark).iterator();
            Optional<Node> root = new YamlReader(problems, events).document();
            return root.map(node -> new YamlValue(node, node.line(), "", problems));
        } catch (Stopped stopped) {
            problems.error(stopped.line, "", stopped.text);
        } catch (MarkedYamlEngineException fault) {
            problems.error(line(fault.getProblemMark().or(fault::getContextMark)), "", "not YAML: " + reason(fault));
        } catch (YamlEngineException fault) {
            problems.error(0, "", "not YAML: " + oneLine(fault.getMessage()));
        }
        return Optional.empty();
    }

    private Optional<Node> document() {
        Optional<Node> root = Optional.empty();
        while (true) {
            Event event = events.next();
            if (event instanceof StreamEndEvent) {
                if (root.isEmpty()) {
                    problems.error(0, "", "empty");
                }
                return root;
            }
            if (event instanceof DocumentStartEvent) {
                if (root.isPresent()) {
                    throw new Stopped(line(event), "a second document; only one is read");
                }
                root = Optional.of(node(events.next(), 1, ""));
            }
        }
    }

    private Node node(Event event, int depth, String path) {
        if (depth > DEEPEST) {
            throw new Stopped(line(event), "nested deeper than " + DEEPEST + " levels");
        }
        if (event instanceof NodeEvent named && named.getAnchor().isPresent()) {
            String what = event instanceof AliasEvent ? "an alias (*" : "an anchor (&";
            throw new Stopped(
                    line(event), what + oneLine(named.getAnchor().get().getValue()) + "); neither is allowed here");
        }
        return switch (event) {
            case ScalarEvent scalar -> {
                refuseTag(scalar.getTag(), event);
                yield new Node.Scalar(line(event), scalar.getValue(), scalar.isPlain());
            }
            case SequenceStartEvent start -> sequence(start, depth, path);
            case MappingStartEvent start -> mapping(start, depth, path);
            default -> throw new Stopped(line(event), "not YAML: unexpected " + event.getEventId());
        };
    }

    private Node sequence(CollectionStartEvent start, int depth, String path) {
        refuseTag(start.getTag(), start);
        List<Node> items = new ArrayList<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            items.add(node(event, depth + 1, path + "[" + items.size() + "]"));
        }
        return new Node.Sequence(line(start), items);
    }

    private Node mapping(CollectionStartEvent start, int depth, String path) {
        refuseTag(start.getTag(), start);
        Map<String, Node.Entry> entries = new LinkedHashMap<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            int keyLine = line(event);
            Node key = node(event, depth + 1, path);
            String inner = key instanceof Node.Scalar name ? YamlValue.below(path, name.text()) : path;
            Node value = node(events.next(), depth + 1, inner);
            if (!(key instanceof Node.Scalar name) || name.isNull()) {
                problems.error(keyLine, path, "a key must be text, not " + key.kind());
                continue;
            }
            Node.Entry first = entries.putIfAbsent(name.text(), new Node.Entry(keyLine, value));
            if (first != null) {
                problems.error(keyLine, inner, "duplicate key, first given on line " + first.line());
            }
        }
        return new Node.Mapping(line(start), entries);
    }

    private static void refuseTag(Optional<String> tag, Event event) {
        if (tag.isPresent()) {
            throw new Stopped(line(event), "a tag (" + oneLine(tag.get()) + "); none is allowed here");
        }
    }

    private static int line(Event event) {
        return line(event.getStartMark());
    }

    private static int line(Optional<Mark> mark) {
        return mark.map(Mark::getLine).orElse(-1) + 1;
    }

    // The parser reports an unclosed structure at the end of the text; the admin needs the line that opens it.
    private static String reason(MarkedYamlEngineException fault) {
        int begun = line(fault.getContextMark());
        boolean isElsewhere = begun > 0 && begun != line(fault.getProblemMark());
        String problem = oneLine(fault.getProblem());
        if (isElsewhere && problem.startsWith("expected <block end>")) {
            return "this line does not stand below what begins on line " + begun + ": look at the spaces before it";
        }
        if (problem.startsWith("mapping values are not allowed")) {
            return "no key can begin here: look at the spaces before it and at the line above, or put a value that has"
                    + " ': ' in quotes";
        }
        return problem
                + (isElsewhere ? " (" + oneLine(fault.getContext()) + " that begins on line " + begun + ")" : "");
    }

    private static String oneLine(@Nullable String text) {
        return text == null
                ? "no reason given"
                : YamlValue.clean(text.lines().findFirst().orElse(""));
    }

    /** Ends the reading at a fault that leaves the rest of the text without a clear meaning. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final int line;
        private final String text;

        Stopped(int line, String text) {
            super(text, null, false, false);
            this.line = line;
            this.text = text;
        }
    }

    private static final int LONGEST = 16 << 20;
    private static final int DEEPEST = 32;
}
