// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import java.nio.ByteBuffer;
import java.security.KeyManagementException;
import java.security.Provider;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/** The JDK's engine, but forgetting to check names and to require certificates. */
final class CarelessProvider extends Provider {
  private static final long serialVersionUID = 1L;

  CarelessProvider() {
    super("Careless", "1", "for tests");
    put("SSLContext.TLS", CarelessContext.class.getName());
  }

  @Override
  public Service getService(String type, String algorithm) {
    if (!type.equals("SSLContext")) {
      return null;
    }
    return new Service(this, type, algorithm, CarelessContext.class.getName(), null, null) {
      @Override
      public Object newInstance(Object parameter) {
        return new CarelessContext();
      }
    };
  }

  private static final class CarelessContext extends SSLContextSpi {
    private final SSLContext jdk;

    CarelessContext() {
      try {
        jdk = SSLContext.getInstance("TLS", "SunJSSE");
      } catch (java.security.GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
        throws KeyManagementException {
      jdk.init(keys, trust, random);
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
      return jdk.getSocketFactory();
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
      return jdk.getServerSocketFactory();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
      return new CarelessEngine(jdk.createSSLEngine());
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
      return new CarelessEngine(jdk.createSSLEngine(host, port));
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
      return jdk.getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
      return jdk.getClientSessionContext();
    }
  }

  private static final class CarelessEngine extends SSLEngine {
    private final SSLEngine jdk;

    CarelessEngine(SSLEngine jdk) {
      this.jdk = jdk;
    }

    @Override
    public SSLParameters getSSLParameters() {
      return jdk.getSSLParameters();
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
      parameters.setEndpointIdentificationAlgorithm(null);
      parameters.setNeedClientAuth(false);
      jdk.setSSLParameters(parameters);
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer target)
        throws SSLException {
      return jdk.wrap(sources, offset, length, target);
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length)
        throws SSLException {
      return jdk.unwrap(source, targets, offset, length);
    }

    @Override
    public Runnable getDelegatedTask() {
      return jdk.getDelegatedTask();
    }

    @Override
    public void closeInbound() throws SSLException {
      jdk.closeInbound();
    }

    @Override
    public boolean isInboundDone() {
      return jdk.isInboundDone();
    }

    @Override
    public void closeOutbound() {
      jdk.closeOutbound();
    }

    @Override
    public boolean isOutboundDone() {
      return jdk.isOutboundDone();
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return jdk.getSupportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
      return jdk.getEnabledCipherSuites();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
      jdk.setEnabledCipherSuites(suites);
    }

    @Override
    public String[] getSupportedProtocols() {
      return jdk.getSupportedProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
      return jdk.getEnabledProtocols();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
      jdk.setEnabledProtocols(protocols);
    }

    @Override
    public SSLSession getSession() {
      return jdk.getSession();
    }

    @Override
    public void beginHandshake() throws SSLException {
      jdk.beginHandshake();
    }

    @Override
    public SSLEngineResult.HandshakeStatus getHandshakeStatus() {
      return jdk.getHandshakeStatus();
    }

    @Override
    public void setUseClientMode(boolean mode) {
      jdk.setUseClientMode(mode);
    }

    @Override
    public boolean getUseClientMode() {
      return jdk.getUseClientMode();
    }

    @Override
    public void setNeedClientAuth(boolean need) {
      jdk.setNeedClientAuth(need);
    }

    @Override
    public boolean getNeedClientAuth() {
      return jdk.getNeedClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean want) {
      jdk.setWantClientAuth(want);
    }

    @Override
    public boolean getWantClientAuth() {
      return jdk.getWantClientAuth();
    }

    @Override
    public void setEnableSessionCreation(boolean flag) {
      jdk.setEnableSessionCreation(flag);
    }

    @Override
    public boolean getEnableSessionCreation() {
      return jdk.getEnableSessionCreation();
    }
  }
}
