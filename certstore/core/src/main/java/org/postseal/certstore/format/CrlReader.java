package org.postseal.certstore.format;

import java.io.IOException;
import java.util.Date;
import java.util.List;
import org.bouncycastle.cert.X509CRLHolder;

/**
 * Parses a revocation list (RFC 5280 §5).
 * Bouncy Castle parses its parts when somebody first asks for them, so this class asks for all that could fail then.
 * It checks the entries by their offsets, since objects for them take many times the memory of the list.
 */
final class CrlReader {
    private CrlReader() {}

    static X509CRLHolder read(byte[] der) throws IOException {
        try {
            demandEntries(der);
            X509CRLHolder crl = new X509CRLHolder(der);
            demand(!crl.getIssuer().toString().isEmpty());
            demand(crl.getThisUpdate() != null);
            // Bouncy Castle parses each of these now.
            int _ = crl.getIssuer().hashCode() + crl.getExtensionOIDs().size();
            Date _ = crl.getNextUpdate();
            return crl;
        } catch (BerException | RuntimeException e) {
            // Bouncy Castle reports malformed inner structures by many kinds of unchecked exceptions.
            throw new IOException("malformed revocation list", e);
        }
    }

    private static void demandEntries(byte[] der) throws BerException, IOException {
        List<Ber> outer = Ber.of(der).children(4);
        demand(outer.size() == 3);
        List<Ber> list = outer.getFirst().children(8);
        int at = 0;
        while (at < list.size() && !isTime(list.get(at))) {
            at++;
        }
        // These are thisUpdate and nextUpdate.
        while (at < list.size() && isTime(list.get(at))) {
            at++;
        }
        if (at == list.size() || list.get(at).tag() != Ber.SEQUENCE) {
            return;
        }
        for (Ber entry : list.get(at).children(Integer.MAX_VALUE)) {
            List<Ber> parts = entry.children(4);
            demand(entry.tag() == Ber.SEQUENCE && (parts.size() == 2 || parts.size() == 3));
            demand(parts.getFirst().tag() == Ber.INTEGER && !parts.getFirst().isEmpty());
            demand(isTime(parts.get(1)) && parts.get(1).isTimeInUtc());
        }
    }

    private static boolean isTime(Ber element) {
        return element.tag() == Ber.UTC_TIME || element.tag() == Ber.GENERALIZED_TIME;
    }

    private static void demand(boolean condition) throws IOException {
        if (!condition) {
            throw new IOException("malformed revocation list");
        }
    }
}
