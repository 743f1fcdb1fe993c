package org.postseal.policy.exchange;

import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.postseal.policy.exchange.ExchangeObject.Property;
import org.postseal.policy.exchange.ExchangeObject.Shape;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.YamlValue;

/**
 * Reads the EASProvisionDoc of an answer to ActiveSync's Provision command, as XML (MS-ASPROV §2.2.2.28), alone or
 * inside that answer. It refuses a document type declaration, so that nothing expands and nothing is fetched. It takes
 * at most 1 Mi characters and 32 levels. Used once.
 */
final class ProvisionDocument {
    private final XMLStreamReader xml;
    private final Problems problems;
    private Optional<ExchangeObject> found = Optional.empty();
    private int depth;

    private ProvisionDocument(XMLStreamReader xml, Problems problems) {
        this.xml = xml;
        this.problems = problems;
    }

    static Optional<ExchangeObject> read(String text, Problems problems) {
        if (text.length() > LONGEST) {
            problems.error(0, "", "larger than " + LONGEST + " characters");
            return Optional.empty();
        }
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setXMLResolver((_, _, _, _) -> {
            throw new XMLStreamException("nothing is fetched");
        });
        try {
            XMLStreamReader xml = factory.createXMLStreamReader(new StringReader(text));
            return new ProvisionDocument(xml, problems).document();
        } catch (XMLStreamException fault) {
            // The parser's own message is in the language of the machine and quotes the text.
            problems.error(line(fault), "", "not well-formed XML, or an entity that XML itself does not have");
            return Optional.empty();
        }
    }

    private Optional<ExchangeObject> document() throws XMLStreamException {
        while (xml.hasNext() && !problems.hasErrors()) {
            switch (xml.next()) {
                case XMLStreamConstants.DTD -> error("a document type declaration; none is allowed here");
                case XMLStreamConstants.START_ELEMENT -> {
                    enter();
                    if (xml.getLocalName().equals(ROOT)) {
                        root();
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> depth--;
                default -> {}
            }
        }
        if (found.isEmpty() && !problems.hasErrors()) {
            problems.error(0, "", "no " + ROOT + " in it");
        }
        return problems.hasErrors() ? Optional.empty() : found;
    }

    private void root() throws XMLStreamException {
        int line = xml.getLocation().getLineNumber();
        if (found.isPresent()) {
            error("a second " + ROOT + "; only one is read");
        }
        Map<String, Property> properties = new LinkedHashMap<>();
        while (xml.next() != XMLStreamConstants.END_ELEMENT && !problems.hasErrors()) {
            if (xml.isStartElement()) {
                enter();
                property(properties);
            }
        }
        depth--;
        found = Optional.of(new ExchangeObject(line, properties));
    }

    private void property(Map<String, Property> properties) throws XMLStreamException {
        int line = xml.getLocation().getLineNumber();
        String name = xml.getLocalName();
        StringBuilder text = new StringBuilder();
        boolean isStructure = false;
        int outside = depth - 1;
        while (depth > outside && !problems.hasErrors()) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    isStructure = true;
                    enter();
                }
                case XMLStreamConstants.END_ELEMENT -> depth--;
                case XMLStreamConstants.CHARACTERS -> text.append(xml.getText());
                default -> {}
            }
        }
        Property property =
                isStructure ? new Property(line, name, Shape.STRUCTURE, "") : Property.of(line, name, text.toString());
        Property first = properties.putIfAbsent(name, property);
        if (first != null) {
            problems.error(line, YamlValue.clean(name), "duplicate element, first given on line " + first.line());
        }
    }

    private void enter() {
        depth++;
        if (depth > DEEPEST) {
            error("nested deeper than " + DEEPEST + " levels");
        }
    }

    private void error(String message) {
        problems.error(xml.getLocation().getLineNumber(), "", message);
    }

    private static int line(XMLStreamException fault) {
        return fault.getLocation() == null ? 0 : Math.max(0, fault.getLocation().getLineNumber());
    }

    private static final String ROOT = "EASProvisionDoc";
    private static final int LONGEST = 1 << 20;
    private static final int DEEPEST = 32;
}
