#include "config/server_elements.h"

#include <array>

namespace weir::config {
namespace {

// clang-format off
constexpr ElementShape kElements[] = {
    {"Server", "Name~ Type!~ IP! StunServer PrivacyProtection Bind!:Bind Modules:Modules "
               "Managers:Managers Alert:Alert Analytics:Analytics Monitoring:Monitoring "
               "Defaults:Defaults VirtualHosts:VirtualHosts Weir:Weir"},

    // What several elements share.
    {"Switch", "Enable"},
    {"SwitchPath", "Enable Path"},
    {"Names", "Name!"},
    {"Tls", "CertPath! KeyPath! ChainCertPath"},
    {"Host", "Names!:Names TLS:Tls"},
    {"CrossDomains", "Url"},
    {"Ports", "Port TLSPort WorkerCount ThreadPerSocket"},
    {"KeyValue", "Key! Value!"},
    {"NamedPath", "Name! Path!"},

    // Bind.
    {"Bind", "Managers:BindManagers Providers:BindProviders Publishers:BindPublishers"},
    {"BindManagers", "API:Ports"},
    {"BindProviders", "RTMP:Ports SRT:BindSrt MPEGTS:Ports RTSPC:Ports RTSP:Ports OVT:Ports "
                      "WebRTC:BindWebRtc"},
    {"BindPublishers", "OVT:Ports LLHLS:Ports HLS:Ports Thumbnail:Ports SRT:BindSrt "
                       "WebRTC:BindWebRtc"},
    {"BindSrt", "+Ports Options:SrtOptions StreamMap:SrtStreamMap"},
    {"SrtOptions", "Option:KeyValue"},
    {"SrtStreamMap", "Stream:SrtStream"},
    {"SrtStream", "Port! StreamPath!"},
    {"BindWebRtc", "Signalling:Ports IceCandidates:IceCandidates IceServers:IceServers"},
    {"IceCandidates", "IceCandidate TcpRelay TcpForce TcpRelayWorkerCount IceWorkerCount "
                      "EnableLinkLocalAddress"},
    {"IceServers", "IceServer:IceServer"},
    {"IceServer", "Urls:IceUrls UserName Credential"},
    {"IceUrls", "Url"},

    // Modules, managers, alerts and event logs.
    {"Modules", "HTTP2:Switch LLHLS:Switch P2P:P2p Recovery:Recovery DynamicAppRemoval:Switch "
                "ETag:Switch ERTMP:Switch HAProxyProtocol:Switch"},
    {"P2p", "Enable MaxClientPeersPerHostPeer"},
    {"Recovery", "Enable DeleteLazyStreamTimeout"},
    {"Managers", "Host:Host API:Api"},
    {"Api", "AccessToken! CrossDomains:CrossDomains Storage:ApiStorage"},
    {"ApiStorage", "Enabled Path"},
    {"Alert", "Url! SecretKey! Timeout! HashAlgorithm Rules:AlertRules RulesFile"},
    {"AlertRules", "Ingress:IngressRules Egress:EgressRules InternalQueueCongestion"},
    {"IngressRules", "StreamStatus MinBitrate MaxBitrate MinFramerate MaxFramerate MinWidth "
                     "MaxWidth MinHeight MaxHeight MinSamplerate MaxSamplerate "
                     "LongKeyFrameInterval HasBFrames"},
    {"EgressRules", "StreamStatus LLHLSReady HLSReady TranscodeStatus"},
    {"Analytics", "UserKey Forwarding:Forwarding"},
    {"Forwarding", "Enable Collector"},
    {"Monitoring", "Events:MonitoringEvents"},
    {"MonitoringEvents", "Level Log:MonitoringLog"},
    {"MonitoringLog", "Enabled Path"},
    {"Defaults", "CrossDomains:CrossDomains"},

    // Virtual hosts.
    {"VirtualHosts", "VirtualHost:VirtualHost"},
    {"VirtualHost", "Name! Distribution~ Host:Host SignedPolicy:SignedPolicy "
                    "AdmissionWebhooks:AdmissionWebhooks Origins:Origins "
                    "OriginMapStore:OriginMapStore CrossDomains:CrossDomains "
                    "Applications:Applications Weir:WeirVirtualHost"},
    {"SignedPolicy", "PolicyQueryKeyName! SignatureQueryKeyName! SecretKey! Enables:Enables "
                     "HashAlgorithm"},
    {"AdmissionWebhooks", "ControlServerUrl! SecretKey! Timeout! Enables!:Enables HashAlgorithm"},
    {"Enables", "Providers Publishers"},
    {"Origins", "Properties:OriginProperties Origin:Origin"},
    {"OriginProperties", "NoInputFailoverTimeout UnusedStreamDeletionTimeout "
                         "StreamFailbackTimeout RetryCount"},
    {"Origin", "Location! Pass!:Pass Persistent Failback StrictLocation Relay "
               "IgnoreRtcpSRTimestamp"},
    {"Pass", "Scheme! Urls!:PassUrls ForwardQueryParams"},
    {"PassUrls", "Url!"},
    {"OriginMapStore", "RedisServer!:RedisServer OriginHostName"},
    {"RedisServer", "Host! Auth"},

    // Applications.
    {"Applications", "Application:Application"},
    {"Application", "Name! Type!~ Decodes:Decodes OutputProfiles:OutputProfiles "
                    "Providers:Providers Publishers:Publishers PersistentStreams:PersistentStreams "
                    "TranscodeWebhook:TranscodeWebhook EventGenerator:SwitchPath"},
    {"Decodes", "Video:LegacyDecodeVideo H264hasBframes ThreadCount OnlyKeyframes"},
    {"LegacyDecodeVideo", "HardwareAcceleration"},
    {"PersistentStreams", "Stream:PersistentStream"},
    {"PersistentStream", "Name! OriginStreamName FallbackStreamName"},
    {"TranscodeWebhook", "Enable! ControlServerUrl! SecretKey! Timeout HashAlgorithm "
                         "UseLocalProfilesOnConnectionFailure UseLocalProfilesOnServerDisallow "
                         "UseLocalProfilesOnErrorResponse"},

    // Output profiles.
    {"OutputProfiles", "HardwareAcceleration HWAccels:HwAccels Decodes:Decodes "
                       "MediaOptions:MediaOptions OutputProfile:OutputProfile"},
    {"HwAccels", "Decoder:HwAccel Encoder:HwAccel"},
    {"HwAccel", "Enable Modules"},
    {"MediaOptions", "Subtitles:Subtitles Overlays:SwitchPath"},
    {"Subtitles", "Enable DefaultLabel Rendition:SubtitleRendition"},
    {"SubtitleRendition", "Label! Language! AutoSelect Forced Transcription:Transcription"},
    {"Transcription", "Engine Model AudioIndexHint SourceLanguage Translation"},
    {"OutputProfile", "Name! OutputStreamName! Encodes:Encodes Playlist:Playlist"},
    {"Encodes", "Video:EncodeVideo Audio:EncodeAudio Image:EncodeImage"},
    {"EncodeVideo", "Name Bypass BypassIfMatch:VideoMatch Codec Modules Bitrate Width Height "
                    "Framerate SkipFrames Preset ThreadCount KeyFrameIntervalType "
                    "KeyFrameInterval BFrames Profile Lookahead HardwareAcceleration"},
    {"VideoMatch", "Codec Framerate Width Height SAR"},
    {"EncodeAudio", "Name Bypass BypassIfMatch:AudioMatch Codec Modules Bitrate Samplerate "
                    "Channel"},
    {"AudioMatch", "Codec Samplerate Channel"},
    {"EncodeImage", "Name Codec! Width Height Framerate SkipFrames Modules"},
    {"Playlist", "Name! FileName! Options:PlaylistOptions Rendition:Rendition "
                 "RenditionTemplate:RenditionTemplate"},
    {"PlaylistOptions", "WebRtcAutoAbr HLSChunklistPathDepth EnableTsPackaging EnableSubtitles"},
    {"Rendition", "Name! Video Audio VideoIndexHint AudioIndexHint"},
    {"RenditionTemplate", "Name! VideoTemplate:VideoTemplate AudioTemplate:AudioTemplate"},
    {"VideoTemplate", "VariantName EncodingType MaxWidth MinWidth MaxHeight MinHeight "
                      "MaxFramerate MinFramerate MaxFPS MinFPS MaxBitrate MinBitrate"},
    {"AudioTemplate", "VariantName EncodingType MaxBitrate MinBitrate MaxSamplerate "
                      "MinSamplerate MaxChannel MinChannel"},

    // Providers.
    {"Providers", "RTMP:RtmpProvider SRT:SrtProvider WebRTC:WebRtcProvider MPEGTS:MpegTsProvider "
                  "RTSPPull:RtspPullProvider RTSP:Provider OVT:Provider FILE:FileProvider "
                  "Schedule:ScheduleProvider Multiplex:MultiplexProvider"},
    {"Provider", "MaxConnection TimestampMode PacketSilenceTimeoutMs UseIncomingTimestamp"},
    {"RtmpProvider", "+Provider BlockDuplicateStreamName PassthroughOutputProfile "
                     "EventGenerator:RtmpEvents AuthFile GenerateAudioPTS"},
    {"RtmpEvents", "Event:RtmpEvent"},
    {"RtmpEvent", "Trigger! HLSID3v2:HlsId3"},
    {"HlsId3", "EventType! FrameType! Info Data!"},
    {"SrtProvider", "+Provider BlockDuplicateStreamName AudioMap:AudioMap"},
    {"AudioMap", "Item:AudioMapItem"},
    {"AudioMapItem", "Name! Language Characteristics"},
    {"WebRtcProvider", "+Provider Timeout CrossDomains:CrossDomains"},
    {"MpegTsProvider", "+Provider StreamMap:MpegTsStreamMap AudioMap:AudioMap"},
    {"MpegTsStreamMap", "Stream:MpegTsStream"},
    {"MpegTsStream", "Name! Port!"},
    {"RtspPullProvider", "+Provider BlockDuplicateStreamName"},
    {"FileProvider", "+Provider RootPath PassthroughOutputProfile StreamMap:FileStreamMap"},
    {"FileStreamMap", "Stream:NamedPath"},
    {"ScheduleProvider", "+Provider MediaRootDir! ScheduleFilesDir!"},
    {"MultiplexProvider", "+Provider MuxFilesDir!"},

    // Publishers.
    {"Publishers", "AppWorkerCount StreamWorkerCount DelayBufferTimeMs WebRTC:WebRtcPublisher "
                   "HLS:HlsPublisher LLHLS:LlHlsPublisher OVT:Publisher SRT:Publisher "
                   "Thumbnail:ThumbnailPublisher FILE:FilePublisher Push:PushPublisher "
                   "MPEGTSPush:PushPublisher RTMPPush:PushPublisher SRTPush:PushPublisher"},
    {"Publisher", "MaxConnection"},
    {"WebRtcPublisher", "+Publisher Timeout Rtx Ulpfec JitterBuffer PlayoutDelay:PlayoutDelay "
                        "BandwidthEstimation CreateDefaultPlaylist"},
    {"PlayoutDelay", "Min! Max!"},
    {"HlsPublisher", "+Publisher OriginMode ServerTimeBasedSegmentNumbering SegmentCount "
                     "SegmentDuration CrossDomains:CrossDomains CreateDefaultPlaylist "
                     "DefaultQueryString:DefaultQuery PropagateQueryString DVR:Dvr Dumps:Dumps "
                     "CacheControl:CacheControl"},
    {"LlHlsPublisher", "+HlsPublisher ChunkDuration PartHoldBack EnablePreloadHint DRM:Drm"},
    {"DefaultQuery", "Query:KeyValue"},
    {"Dvr", "Enable TempStoragePath MaxDuration EventPlaylistType"},
    {"Dumps", "Dump:Dump"},
    {"Dump", "Id Enable! TargetStreamName! OutputPath! Playlists:DumpPlaylists"},
    {"DumpPlaylists", "Playlist"},
    {"CacheControl", "MasterPlaylistMaxAge ChunklistMaxAge ChunklistWithDirectivesMaxAge "
                     "SegmentMaxAge PartialSegmentMaxAge"},
    {"Drm", "Enable InfoFile"},
    {"ThumbnailPublisher", "+Publisher CrossDomains:CrossDomains"},
    {"FilePublisher", "+Publisher RootPath FilePath InfoPath StreamMap:SwitchPath"},
    {"PushPublisher", "+Publisher StreamMap:SwitchPath ConnectionTimeout SendTimeout "
                      "ConnectionTimeoutMs SendTimeoutMs"},

    // Weir's own: described in conf/reference.md.
    {"WeirDvr", "MaxBytes"},
    {"WeirDumps", "RootPath"},
    {"Weir", "Loops DrainSeconds DVR:WeirDvr Management:WeirManagement Relay:WeirRelay "
             "ProxyProtocol:WeirProxyProtocol TrustedProxies:WeirTrustedProxies "
             "ConnectionsPerAddress AccessLog PathToken:WeirPathToken "
             "State:WeirState Wcs:WeirWcs Dumps:WeirDumps"},
    {"WeirWcs", "Auth Apps:WeirWcsApps"},
    {"WeirWcsApps", "App:WeirWcsApp"},
    {"WeirWcsApp", "Key! Url! VirtualHost Application Methods! KeepAliveInterval FailOpen Timeout "
                   "Connections SecretKey"},
    {"WeirProxyProtocol", "Networks!:WeirNetworks Listeners:WeirListeners"},
    {"WeirNetworks", "Network!"},
    {"WeirListeners", "Listener!"},
    {"WeirTrustedProxies", "+WeirNetworks Field"},
    {"WeirVirtualHost", "PathToken:WeirPathToken"},
    {"WeirPathToken", "Key:WeirPathTokenKey Lifetime BindAddress"},
    {"WeirPathTokenKey", "Id! Secret!"},
    {"WeirState", "Embedded:WeirEmbedded Redis:WeirRedis"},
    {"WeirEmbedded", "Path"},
    {"WeirRedis", "Host Port User Password Auth TLS:WeirRedisTls Prefix "
                  "Sentinels:WeirSentinels"},
    {"WeirRedisTls", "CACertPath ServerName"},
    {"WeirSentinels", "Host! Master User Password"},
    {"WeirManagement", "Port"},
    {"WeirRelayTls", "CertPath KeyPath ChainCertPath CACertPath"},
    {"WeirRelay", "TLS:WeirRelayTls Secret Node QueueBytes QueueSegments StartBytes "
                  "ConnectionBytes WindowBytes ChannelsMax HandshakeTimeout"},
};
// clang-format on

}  // namespace

std::span<const ElementShape> ServerElements() {
  return kElements;
}

}  // namespace weir::config
