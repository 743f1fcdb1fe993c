package org.postseal.certstore.provider;

import java.util.HexFormat;
import java.util.List;

/**
 * A known answer of AES-GCM, from The Galois/Counter Mode of Operation (McGrew, Viega), test cases 4, 10 and 16.
 *
 * @param sealed the ciphertext and the tag
 */
record GcmVector(byte[] key, byte[] sealed) {
    static final byte[] NONCE = hex("cafebabefacedbaddecaf888");
    static final byte[] ATTRIBUTES = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    static final byte[] PLAIN = hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
            + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
    private static final String KEY = "feffe9928665731c6d6a8f9467308308";

    static final List<GcmVector> ALL = List.of(
            new GcmVector(
                    hex(KEY),
                    hex("42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
                            + "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
                            + "5bc94fbc3221a5db94fae95ae7121a47")),
            new GcmVector(
                    hex(KEY + "feffe9928665731c"),
                    hex("3980ca0b3c00e841eb06fac4872a2757859e1ceaa6efd984628593b40ca1e19c"
                            + "7d773d00c144c525ac619d18c84a3f4718e2448b2fe324d9ccda2710"
                            + "2519498e80f1478f37ba55bd6d27618c")),
            new GcmVector(
                    hex(KEY + KEY),
                    hex("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                            + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                            + "76fc6ece0f4e1768cddf8853bb2d551b")));

    GcmVector {
        key = key.clone();
        sealed = sealed.clone();
    }

    @Override
    public byte[] sealed() {
        return sealed.clone();
    }

    /** Returns the key length of a cipher named by an object identifier, or 0 if the cipher accepts all lengths. */
    static int keyLength(String name) {
        return switch (name) {
            case "2.16.840.1.101.3.4.1.6" -> 16;
            case "2.16.840.1.101.3.4.1.26" -> 24;
            case "2.16.840.1.101.3.4.1.46" -> 32;
            default -> 0;
        };
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
