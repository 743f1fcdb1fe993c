/*
 * What OpenSSL's CMS does per CPU-second, for bin/bench cms to compare with.
 *
 *   gcc -O2 -o cms_loop cms_loop.c -lcrypto
 *
 * One command per line on standard input, one answer per line on standard output: "operations cpu-seconds", or "- reason".
 * The thread's own CPU time is counted, so other load on the machine matters little. Keys, certificates and content are files
 * in PEM, DER or as they are; nothing is kept from one command to the next.
 *
 *   SECONDS sign KEY CERT CHAIN CONTENT pkcs1|pss         detached, DER
 *   SECONDS smime-sign KEY CERT CHAIN CONTENT pkcs1|pss   multipart/signed
 *   SECONDS encrypt CIPHER pkcs1|oaep|ecdh CERTS CONTENT  DER
 *   SECONDS smime-encrypt CIPHER pkcs1|oaep|ecdh CERTS CONTENT
 *   SECONDS decrypt CMS KEY CERT                          of DER
 *   SECONDS smime-decrypt MESSAGE KEY CERT
 *   SECONDS verify CMS CONTENT ROOT signature|path        of detached DER
 *   SECONDS smime-verify MESSAGE ROOT signature|path
 */
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
    unsigned char *octets;
    long length;
} Octets;

typedef struct Work Work;
struct Work {
    void (*run)(Work *);
    EVP_PKEY *key;
    X509 *certificate;
    STACK_OF(X509) *certificates;
    X509_STORE *store;
    const EVP_CIPHER *cipher;
    const char *variant;
    Octets content;
    Octets cms;
};

static jmp_buf failure;

static void need(int holds, const char *what) {
    if (!holds) {
        printf("- %s: %s\n", what, ERR_reason_error_string(ERR_peek_last_error()));
        ERR_clear_error();
        longjmp(failure, 1);
    }
}

static double cpu_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec + now.tv_nsec * 1e-9;
}

static Octets read_file(const char *path) {
    Octets file = {NULL, 0};
    FILE *in = fopen(path, "rb");
    need(in != NULL, path);
    fseek(in, 0, SEEK_END);
    file.length = ftell(in);
    rewind(in);
    file.octets = malloc(file.length + 1);
    need(fread(file.octets, 1, file.length, in) == (size_t) file.length, path);
    fclose(in);
    return file;
}

static BIO *open_file(const char *path) {
    BIO *in = BIO_new_file(path, "r");
    need(in != NULL, path);
    return in;
}

static EVP_PKEY *read_key(const char *path) {
    BIO *in = open_file(path);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(in, NULL, NULL, NULL);
    need(key != NULL, path);
    BIO_free(in);
    return key;
}

static STACK_OF(X509) *read_certificates(const char *path) {
    BIO *in = open_file(path);
    STACK_OF(X509) *all = sk_X509_new_null();
    X509 *each;
    while ((each = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL) {
        sk_X509_push(all, each);
    }
    ERR_clear_error();
    need(sk_X509_num(all) > 0, path);
    BIO_free(in);
    return all;
}

static X509_STORE *trusting(const char *path) {
    X509_STORE *store = X509_STORE_new();
    X509_VERIFY_PARAM *rules = X509_VERIFY_PARAM_new();
    X509_STORE_add_cert(store, sk_X509_value(read_certificates(path), 0));
    X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SMIME_SIGN);
    X509_STORE_set1_param(store, rules);
    X509_VERIFY_PARAM_free(rules);
    return store;
}

static void end(CMS_ContentInfo *cms) {
    unsigned char *der = NULL;
    need(i2d_CMS_ContentInfo(cms, &der) > 0, "encoding");
    OPENSSL_free(der);
    CMS_ContentInfo_free(cms);
}

static CMS_ContentInfo *signed_data(Work *w, BIO *in, int flags) {
    if (strcmp(w->variant, "pss") != 0) {
        CMS_ContentInfo *cms = CMS_sign(w->certificate, w->key, w->certificates, in, flags);
        need(cms != NULL, "CMS_sign");
        return cms;
    }
    CMS_ContentInfo *cms = CMS_sign(NULL, NULL, w->certificates, in, flags | CMS_PARTIAL);
    CMS_SignerInfo *signer = CMS_add1_signer(cms, w->certificate, w->key, EVP_sha256(), flags | CMS_KEY_PARAM);
    need(signer != NULL, "CMS_add1_signer");
    need(EVP_PKEY_CTX_set_rsa_padding(CMS_SignerInfo_get0_pkey_ctx(signer), RSA_PKCS1_PSS_PADDING) > 0, "PSS");
    if (!(flags & CMS_STREAM)) {
        need(CMS_final(cms, in, NULL, flags), "CMS_final");
    }
    return cms;
}

static void sign(Work *w) {
    BIO *in = BIO_new_mem_buf(w->content.octets, w->content.length);
    end(signed_data(w, in, CMS_DETACHED | CMS_BINARY));
    BIO_free(in);
}

static void smime_sign(Work *w) {
    int flags = CMS_DETACHED | CMS_BINARY | CMS_STREAM;
    BIO *in = BIO_new_mem_buf(w->content.octets, w->content.length);
    BIO *out = BIO_new(BIO_s_mem());
    CMS_ContentInfo *cms = signed_data(w, in, flags);
    need(SMIME_write_CMS(out, cms, in, flags), "SMIME_write_CMS");
    CMS_ContentInfo_free(cms);
    BIO_free(out);
    BIO_free(in);
}

static CMS_ContentInfo *enveloped_data(Work *w, BIO *in, int flags) {
    if (strcmp(w->variant, "pkcs1") == 0) {
        CMS_ContentInfo *cms = CMS_encrypt(w->certificates, in, w->cipher, flags);
        need(cms != NULL, "CMS_encrypt");
        return cms;
    }
    CMS_ContentInfo *cms = CMS_encrypt(NULL, in, w->cipher, flags | CMS_PARTIAL);
    need(cms != NULL, "CMS_encrypt");
    for (int i = 0; i < sk_X509_num(w->certificates); i++) {
        CMS_RecipientInfo *info = CMS_add1_recipient_cert(cms, sk_X509_value(w->certificates, i), CMS_KEY_PARAM);
        need(info != NULL, "CMS_add1_recipient_cert");
        EVP_PKEY_CTX *padding = CMS_RecipientInfo_get0_pkey_ctx(info);
        if (strcmp(w->variant, "oaep") == 0) {
            need(EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_OAEP_PADDING) > 0, "OAEP");
            need(EVP_PKEY_CTX_set_rsa_oaep_md(padding, EVP_sha256()) > 0, "OAEP");
        } else {
            need(EVP_PKEY_CTX_set_ecdh_kdf_md(padding, EVP_sha256()) > 0, "ECDH");
        }
    }
    if (!(flags & CMS_STREAM)) {
        need(CMS_final(cms, in, NULL, flags), "CMS_final");
    }
    return cms;
}

static void encrypt(Work *w) {
    BIO *in = BIO_new_mem_buf(w->content.octets, w->content.length);
    end(enveloped_data(w, in, CMS_BINARY));
    BIO_free(in);
}

static void smime_encrypt(Work *w) {
    int flags = CMS_BINARY | CMS_STREAM;
    BIO *in = BIO_new_mem_buf(w->content.octets, w->content.length);
    BIO *out = BIO_new(BIO_s_mem());
    CMS_ContentInfo *cms = enveloped_data(w, in, flags);
    need(SMIME_write_CMS(out, cms, in, flags), "SMIME_write_CMS");
    CMS_ContentInfo_free(cms);
    BIO_free(out);
    BIO_free(in);
}

static CMS_ContentInfo *parse(Octets der) {
    const unsigned char *from = der.octets;
    CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &from, der.length);
    need(cms != NULL, "d2i_CMS_ContentInfo");
    return cms;
}

static void open_cms(Work *w, CMS_ContentInfo *cms) {
    BIO *out = BIO_new(BIO_s_mem());
    need(CMS_decrypt(cms, w->key, w->certificate, NULL, out, CMS_BINARY), "CMS_decrypt");
    BIO_free(out);
    CMS_ContentInfo_free(cms);
}

static void decrypt(Work *w) {
    open_cms(w, parse(w->cms));
}

static void smime_decrypt(Work *w) {
    BIO *in = BIO_new_mem_buf(w->cms.octets, w->cms.length);
    CMS_ContentInfo *cms = SMIME_read_CMS(in, NULL);
    need(cms != NULL, "SMIME_read_CMS");
    open_cms(w, cms);
    BIO_free(in);
}

static void check(Work *w, CMS_ContentInfo *cms, BIO *content) {
    int flags = CMS_BINARY | (strcmp(w->variant, "path") == 0 ? 0 : CMS_NO_SIGNER_CERT_VERIFY);
    need(CMS_verify(cms, NULL, w->store, content, NULL, flags), "CMS_verify");
    CMS_ContentInfo_free(cms);
    BIO_free(content);
}

static void verify(Work *w) {
    check(w, parse(w->cms), BIO_new_mem_buf(w->content.octets, w->content.length));
}

static void smime_verify(Work *w) {
    BIO *content = NULL;
    BIO *in = BIO_new_mem_buf(w->cms.octets, w->cms.length);
    CMS_ContentInfo *cms = SMIME_read_CMS_ex(in, CMS_BINARY, &content, NULL);
    need(cms != NULL && content != NULL, "SMIME_read_CMS_ex");
    check(w, cms, content);
    BIO_free(in);
}

static Work prepare(char **word, int words) {
    Work w;
    memset(&w, 0, sizeof w);
    int smime = strncmp(word[1], "smime-", 6) == 0;
    const char *operation = smime ? word[1] + 6 : word[1];
    if (strcmp(operation, "sign") == 0 && words == 7) {
        w.run = smime ? smime_sign : sign;
        w.key = read_key(word[2]);
        w.certificate = sk_X509_value(read_certificates(word[3]), 0);
        w.certificates = read_certificates(word[4]);
        w.content = read_file(word[5]);
        w.variant = word[6];
    } else if (strcmp(operation, "encrypt") == 0 && words == 6) {
        w.run = smime ? smime_encrypt : encrypt;
        w.cipher = EVP_get_cipherbyname(word[2]);
        need(w.cipher != NULL, word[2]);
        w.variant = word[3];
        w.certificates = read_certificates(word[4]);
        w.content = read_file(word[5]);
    } else if (strcmp(operation, "decrypt") == 0 && words == 5) {
        w.run = smime ? smime_decrypt : decrypt;
        w.cms = read_file(word[2]);
        w.key = read_key(word[3]);
        w.certificate = sk_X509_value(read_certificates(word[4]), 0);
    } else if (strcmp(word[1], "verify") == 0 && words == 6) {
        w.run = verify;
        w.cms = read_file(word[2]);
        w.content = read_file(word[3]);
        w.store = trusting(word[4]);
        w.variant = word[5];
    } else if (strcmp(word[1], "smime-verify") == 0 && words == 5) {
        w.run = smime_verify;
        w.cms = read_file(word[2]);
        w.store = trusting(word[3]);
        w.variant = word[4];
    } else {
        need(0, "no such command");
    }
    return w;
}

static void measure(char *line) {
    char *word[8];
    int words = 0;
    for (char *each = strtok(line, " \n"); each != NULL && words < 8; each = strtok(NULL, " \n")) {
        word[words++] = each;
    }
    need(words >= 2, "no such command");
    double seconds = atof(word[0]);
    Work work = prepare(word, words);
    work.run(&work);
    double start = cpu_seconds();
    double now = start;
    long operations = 0;
    /* the clock is asked once in about a millisecond: a call costs as much as a few hashes */
    long batch = 1;
    while (now - start < seconds) {
        for (long i = 0; i < batch; i++) {
            work.run(&work);
        }
        operations += batch;
        now = cpu_seconds();
        batch = 1 + (long) (operations / (now - start) / 1000);
    }
    printf("%ld %.6f\n", operations, now - start);
}

int main(void) {
    char line[4096];
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("%s\n", OpenSSL_version(OPENSSL_VERSION));
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (setjmp(failure) == 0) {
            measure(line);
        }
    }
    return 0;
}
