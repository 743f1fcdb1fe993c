package org.postseal.gateway.admin.rollout;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes Apple's property lists in XML: maps, lists, text, whole numbers, Boolean and octets. */
final class PropertyList {
    private final XMLStreamWriter xml;

    private PropertyList(XMLStreamWriter xml) {
        this.xml = xml;
    }

    /**
     * @throws IllegalArgumentException for text with line ends or with characters that XML does not allow (XML 1.0
     *     §2.2)
     */
    static byte[] of(Map<String, ?> dictionary) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out, "UTF-8");
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeCharacters("\n");
            xml.writeDTD("<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\""
                    + " \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">");
            xml.writeCharacters("\n");
            xml.writeStartElement("plist");
            xml.writeAttribute("version", "1.0");
            new PropertyList(xml).value(dictionary, 0);
            xml.writeEndElement();
            xml.writeCharacters("\n");
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a property list cannot be written to memory", e);
        }
        return out.toByteArray();
    }

    private void value(Object value, int depth) throws XMLStreamException {
        line(depth);
        switch (value) {
            case Map<?, ?> map -> {
                xml.writeStartElement("dict");
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    line(depth + 1);
                    element("key", text(String.valueOf(entry.getKey())));
                    value(entry.getValue(), depth + 1);
                }
                line(depth);
                xml.writeEndElement();
            }
            case List<?> list -> {
                xml.writeStartElement("array");
                for (Object each : list) {
                    value(each, depth + 1);
                }
                line(depth);
                xml.writeEndElement();
            }
            case Boolean truth -> xml.writeEmptyElement(truth ? "true" : "false");
            case Integer number -> element("integer", number.toString());
            case byte[] octets ->
                element(
                        "data",
                        "\n" + Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(octets) + "\n");
            case String text -> element("string", text(text));
            default -> throw new IllegalArgumentException("no value of a property list: " + value.getClass());
        }
    }

    private void element(String name, String content) throws XMLStreamException {
        xml.writeStartElement(name);
        xml.writeCharacters(content);
        xml.writeEndElement();
    }

    private void line(int depth) throws XMLStreamException {
        xml.writeCharacters("\n" + "\t".repeat(depth));
    }

    private static String text(String text) {
        boolean isXml = text.codePoints()
                .allMatch(each -> !Character.isISOControl(each)
                        && each != 0xFFFE
                        && each != 0xFFFF
                        && Character.getType(each) != Character.SURROGATE);
        if (!isXml) {
            throw new IllegalArgumentException("a control character in " + text.replaceAll("\\p{C}", " "));
        }
        return text;
    }
}
