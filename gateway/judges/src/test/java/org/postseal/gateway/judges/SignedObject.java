package org.postseal.gateway.judges;

import java.util.Locale;

/** The ways to write a signed-data: in DER, changed, in BER, or with text of the attacker behind it. */
enum SignedObject implements Dice.Production {
    WHOLE,
    BROKEN,
    INDEFINITE_LENGTHS,
    LONG_LENGTHS,
    OCTETS_BEHIND;

    @Override
    public String production() {
        return "object:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    byte[] write(byte[] der) {
        return switch (this) {
            case WHOLE -> der;
            case BROKEN -> {
                byte[] broken = der.clone();
                broken[broken.length - 1] ^= 1;
                yield broken;
            }
            case INDEFINITE_LENGTHS -> lengths(der, Tlv.Length.INDEFINITE);
            case LONG_LENGTHS -> lengths(der, Tlv.Length.LONG);
            case OCTETS_BEHIND -> Forge.octets(Forge.text(der) + "Content-Type: text/plain\r\n\r\nPay 9999 to Eve\r\n");
        };
    }

    /** Certificates and signed attributes stay in DER, since signatures are made over it. */
    private static byte[] lengths(byte[] der, Tlv.Length wanted) {
        Tlv root = Tlv.read(der);
        Tlv signed = root.child(1).child(0);
        root.length(wanted);
        root.child(1).length(wanted);
        signed.length(wanted);
        signed.children().forEach(child -> child.length(wanted));
        signed.tagged(Tlv.SEQUENCE).lengths(wanted);
        return root.encoded();
    }
}
