/**
 * Certificates for mail addresses: who may sign, to whom we may encrypt, with which key we may open. Values and interfaces here;
 * the sources, path validation and key handling live in the packages below and are not seen outside this module.
 */
@NullMarked
package org.postseal.certstore;

import org.jspecify.annotations.NullMarked;
