package org.postseal.certstore.remote.sync;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.remote.ldap.EntryAddresses;
import org.postseal.certstore.remote.ldap.LdapSettings;
import org.postseal.certstore.remote.sync.MirroredEntry.Value;
import org.postseal.certstore.remote.sync.SyncReport.SkipReason;

/** Turns the entries that servers send into mirrored entries. Immutable. */
final class EntryReader {
    /** The attributes by which several kinds of servers identify an entry for its whole life. */
    static final List<String> ID_ATTRIBUTES = List.of("entryUUID", "objectGUID", "nsUniqueId", "ibm-entryUuid", "GUID");

    private final SyncSettings.Selection selection;
    private final EntryLimits limits;

    EntryReader(SyncSettings.Selection selection, EntryLimits limits) {
        this.selection = selection;
        this.limits = limits;
    }

    /**
     * Returns the attributes to ask for, besides the id. Options such as {@code ;binary} come without asking, since
     * they are subtypes (RFC 4512 §2.5.2).
     */
    List<String> attributes() {
        LdapSettings.Attributes wanted = selection.attributes();
        List<String> all = new ArrayList<>(EntryAddresses.attributes(wanted));
        all.addAll(wanted.smime());
        all.addAll(wanted.certificates());
        all.add("userAccountControl");
        return all;
    }

    sealed interface Reading {
        /** The entry is to be kept. */
        record Usable(MirroredEntry entry) implements Reading {}

        /** The entry is left out. */
        record Skip(SkipReason reason) implements Reading {}
    }

    Reading read(String entryId, Entry entry) {
        // A server says nothing about an address in a domain for which it is not asked.
        List<MailAddress> addresses = EntryAddresses.of(entry, selection.attributes()).stream()
                .filter(selection.query()::covers)
                .toList();
        if (addresses.isEmpty()) {
            return new Reading.Skip(SkipReason.NO_ADDRESS);
        }
        if (addresses.size() > limits.addresses()) {
            return new Reading.Skip(SkipReason.TOO_MANY_ADDRESSES);
        }
        List<Value> smime = values(entry, selection.attributes().smime());
        List<Value> certificates = values(entry, selection.attributes().certificates());
        if (smime.size() + certificates.size() > limits.certificates()) {
            return new Reading.Skip(SkipReason.TOO_MANY_CERTIFICATES);
        }
        MirroredEntry mirrored = new MirroredEntry(entryId, addresses, smime, certificates, isDisabled(entry));
        if (mirrored.octets() > limits.entryOctets() || hasLargeValue(smime) || hasLargeValue(certificates)) {
            return new Reading.Skip(SkipReason.TOO_LARGE);
        }
        return new Reading.Usable(mirrored);
    }

    /**
     * Returns the id of an entry that was read with {@link #ID_ATTRIBUTES}, or its name if the server has no such
     * attribute.
     */
    static String entryId(Entry entry) throws SyncException {
        for (String name : ID_ATTRIBUTES) {
            byte[] value = entry.getAttributeValueBytes(name);
            if (value != null && value.length > 0) {
                return value.length == 16
                        ? guid(value)
                        : new String(value, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
            }
        }
        try {
            return "dn:" + DN.normalize(entry.getDN());
        } catch (LDAPException e) {
            throw SyncException.of(e);
        }
    }

    /** Returns the id of an entry of Active Directory; empty if the server does not show it. */
    static Optional<String> objectGuid(Entry entry) {
        byte[] value = entry.getAttributeValueBytes("objectGUID");
        return value != null && value.length == 16 ? Optional.of(guid(value)) : Optional.empty();
    }

    /** Returns the octets of an id that {@link #objectGuid} made. */
    static byte[] guidOctets(String entryId) {
        UUID uuid = UUID.fromString(entryId);
        ByteBuffer octets = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        long high = uuid.getMostSignificantBits();
        octets.putInt((int) (high >>> 32)).putShort((short) (high >>> 16)).putShort((short) high);
        return octets.order(ByteOrder.BIG_ENDIAN)
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }

    // [MS-DTYP] §2.3.4.2: the first three fields have their lowest octet first.
    private static String guid(byte[] value) {
        ByteBuffer octets = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        long high = Integer.toUnsignedLong(octets.getInt()) << 32;
        high |= Short.toUnsignedLong(octets.getShort()) << 16;
        high |= Short.toUnsignedLong(octets.getShort());
        return new UUID(high, octets.order(ByteOrder.BIG_ENDIAN).getLong()).toString();
    }

    private static List<Value> values(Entry entry, List<String> names) {
        List<Value> all = new ArrayList<>();
        for (String name : names) {
            for (Attribute attribute : entry.getAttributesWithOptions(name, null)) {
                for (byte[] value : attribute.getValueByteArrays()) {
                    all.add(new Value(name, value));
                }
            }
        }
        return all;
    }

    private boolean hasLargeValue(List<Value> values) {
        return values.stream().anyMatch(value -> value.octets().length > limits.valueOctets());
    }

    // The bit is ADS_UF_ACCOUNTDISABLE.
    private static boolean isDisabled(Entry entry) {
        Integer flags = entry.getAttributeValueAsInteger("userAccountControl");
        return flags != null && (flags & 0x2) != 0;
    }
}
