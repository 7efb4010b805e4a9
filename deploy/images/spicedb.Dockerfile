# SpiceDB as the official image has it: the program as entry point, its own health probe.
FROM scratch
COPY ca-certificates.crt /etc/ssl/certs/
COPY spicedb /usr/local/bin/spicedb
COPY grpc_health_probe /bin/grpc_health_probe
USER 65532:65532
ENV PATH=/usr/local/bin:/bin
EXPOSE 50051 50053 9090
ENTRYPOINT ["spicedb"]
